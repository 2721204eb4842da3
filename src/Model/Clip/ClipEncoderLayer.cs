using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Clip;

/// <summary>One pre-norm transformer layer.</summary>
public sealed class ClipEncoderLayer : Module<Tensor, Tensor>
{
    [ComponentName(Name = "self_attn")] private readonly ClipAttention _attention;
    [ComponentName(Name = "layer_norm1")] private readonly LayerNorm _attentionNorm;
    [ComponentName(Name = "mlp")] private readonly ClipMlp _mlp;
    [ComponentName(Name = "layer_norm2")] private readonly LayerNorm _mlpNorm;

    /// <param name="config">Sizes.</param>
    public ClipEncoderLayer(ClipVisionConfig config) : base(nameof(ClipEncoderLayer))
    {
        _attention = new ClipAttention(config);
        _attentionNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        _mlp = new ClipMlp(config);
        _mlpNorm = LayerNorm(config.HiddenSize, config.LayerNormEps);
        RegisterComponents();
    }

    private ScalarType Type => _attentionNorm.weight!.dtype;

    // [batch, tokens, hidden] -> the same, in float32 if that is what comes in
    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        x = x + _attention.forward(_attentionNorm.forward(x.to_type(Type)));
        return x + _mlp.forward(_mlpNorm.forward(x.to_type(Type)));
    }
}
