using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Perceiver;

/// <summary>Attention with its output projection, residual and post-norm; queries and keys may be normalised per head.</summary>
public sealed class QFormerAttention : Module
{
    [ComponentName(Name = "attention")] private readonly Projections _projections;
    [ComponentName(Name = "output")] private readonly QFormerOutput _output;
    private readonly int _heads;
    private readonly double _dropout;

    /// <param name="config">Sizes.</param>
    /// <param name="keyWidth">Channels of what is attended to.</param>
    /// <param name="outputGain">Size of what a fresh one adds, beside a residual of size 1.</param>
    public QFormerAttention(PerceiverConfig config, int keyWidth, double outputGain) : base(nameof(QFormerAttention))
    {
        (_heads, _dropout) = (config.NumAttentionHeads, config.DropoutInTraining);
        _projections = new Projections(config, keyWidth);
        _output = new QFormerOutput(config.HiddenSize, config, outputGain);
        RegisterComponents();
    }

    /// <summary>Has a fresh one look for keys that are like its queries.</summary>
    public void LookAlike() => _projections.LookAlike();

    /// <summary>Attends from <paramref name="x"/> [batch, queries, hidden] to <paramref name="source"/> [batch, keys, width].</summary>
    /// <param name="x">The queries.</param>
    /// <param name="source">Keys and values.</param>
    /// <param name="mask">Added to the scores, broadcast to [batch, heads, queries, keys]; null for none.</param>
    public Tensor Attend(Tensor x, Tensor source, Tensor? mask)
    {
        var (q, k, v) = _projections.Project(x, source, _heads);
        var attended = AttentionHeads.Merge(AttentionHeads.Attend(q, k, v, mask, training ? _dropout : 0));
        return _output.Forward(attended, x);
    }

    private sealed class Projections : Module
    {
        // Scores of about the square of it: attention that begins by choosing, not by averaging.
        private const double Sharpness = 1.4;

        [ComponentName(Name = "query")] private readonly Linear _query;
        [ComponentName(Name = "key")] private readonly Linear _key;
        [ComponentName(Name = "value")] private readonly Linear _value;
        [ComponentName(Name = "q_norm")] private readonly LayerNorm? _queryNorm;
        [ComponentName(Name = "k_norm")] private readonly LayerNorm? _keyNorm;

        public Projections(PerceiverConfig config, int keyWidth) : base(nameof(Projections))
        {
            _query = Linear(config.HiddenSize, config.HiddenSize);
            _key = Linear(keyWidth, config.HiddenSize);
            _value = Linear(keyWidth, config.HiddenSize);
            if (config.QkNormalization)
            {
                var width = config.HiddenSize / config.NumAttentionHeads;
                _queryNorm = LayerNorm(width, config.LayerNormEps);
                _keyNorm = LayerNorm(width, config.LayerNormEps);
            }

            RegisterComponents();
            foreach (var (layer, gain) in new[] { (_query, Sharpness), (_key, Sharpness), (_value, 1) })
            {
                FreshWeights.Fill(layer.weight!, gain);
                FreshWeights.Clear(layer.bias!);
            }
        }

        public void LookAlike()
        {
            using var quiet = no_grad();
            _key.weight!.copy_(_query.weight!);
        }

        public (Tensor Query, Tensor Key, Tensor Value) Project(Tensor x, Tensor source, int heads)
        {
            var q = AttentionHeads.Split(_query.forward(x), heads);
            var k = AttentionHeads.Split(_key.forward(source), heads);
            var v = AttentionHeads.Split(_value.forward(source), heads);
            return (_queryNorm?.forward(q) ?? q, _keyNorm?.forward(k) ?? k, v);
        }
    }
}
