using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Perceiver;

/// <summary>One Q-Former layer: self-attention, cross-attention where it is due, feed-forward; all post-norm.</summary>
public sealed class QFormerLayer : Module
{
    [ComponentName(Name = "attention")] private readonly QFormerAttention _selfAttention;
    [ComponentName(Name = "crossattention")] private readonly QFormerAttention? _crossAttention;
    [ComponentName(Name = "intermediate_query")] private readonly Intermediate _intermediate;
    [ComponentName(Name = "output_query")] private readonly QFormerOutput _output;

    /// <param name="config">Sizes.</param>
    /// <param name="index">Which layer this is.</param>
    public QFormerLayer(PerceiverConfig config, int index) : base(nameof(QFormerLayer))
    {
        _selfAttention = new QFormerAttention(config, config.HiddenSize, QFormerOutput.Aside);
        if (index % config.CrossAttentionFrequency == 0)
        {
            _crossAttention = new QFormerAttention(config, config.EncoderHiddenSize, outputGain: 1);
        }

        _intermediate = new Intermediate(config);
        _output = new QFormerOutput(config.IntermediateSize, config, QFormerOutput.Aside);
        RegisterComponents();
    }

    /// <summary>Has fresh cross-attention look for keys that are like its queries.</summary>
    public void LookAlike() => _crossAttention?.LookAlike();

    /// <summary>[batch, queries, hidden] to the same, having looked at the features [batch, keys, width].</summary>
    public Tensor Forward(Tensor x, Tensor features, Tensor? mask)
    {
        x = _selfAttention.Attend(x, x, null);
        x = _crossAttention?.Attend(x, features, mask) ?? x;
        return _output.Forward(_intermediate.Forward(x), x);
    }

    private sealed class Intermediate : Module
    {
        [ComponentName(Name = "dense")] private readonly Linear _dense;

        public Intermediate(PerceiverConfig config) : base(nameof(Intermediate))
        {
            _dense = Linear(config.HiddenSize, config.IntermediateSize);
            RegisterComponents();
        }

        public Tensor Forward(Tensor x) => functional.gelu(_dense.forward(x));
    }
}
