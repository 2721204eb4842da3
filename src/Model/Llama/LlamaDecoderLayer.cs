using MmiGrains.Kernels;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Llama;

/// <summary>Self-attention, a look at images where it is due, feed-forward; each pre-normed and added.</summary>
public sealed class LlamaDecoderLayer : Module
{
    [ComponentName(Name = "self_attn")] private readonly LlamaAttention _attention;
    [ComponentName(Name = "llama_cross_attn")] private readonly LlamaMmfsAttention? _imageAttention;
    [ComponentName(Name = "mlp")] private readonly LlamaMlp _mlp;
    [ComponentName(Name = "input_layernorm")] private readonly RmsNorm _attentionNorm;
    [ComponentName(Name = "post_attention_layernorm")] private readonly RmsNorm _mlpNorm;

    /// <param name="config">Sizes.</param>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="kernels">The device's kernels.</param>
    public LlamaDecoderLayer(LlamaConfig config, int layer, KernelSet kernels) : base(nameof(LlamaDecoderLayer))
    {
        _attention = new LlamaAttention(config, layer);
        _imageAttention = config.Mmfs.IsAt(layer) ? new LlamaMmfsAttention(config, kernels) : null;
        _mlp = new LlamaMlp(config);
        _attentionNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        _mlpNorm = new RmsNorm(config.HiddenSize, config.RmsNormEps);
        RegisterComponents();
    }

    /// <summary>Self-attention and the norm before it.</summary>
    public (RmsNorm Norm, LlamaAttention Attention) SelfAttention => (_attentionNorm, _attention);

    /// <summary>The feed-forward and the norm before it.</summary>
    public (RmsNorm Norm, LlamaMlp Mlp) FeedForward => (_mlpNorm, _mlp);

    /// <summary>How this layer looks at images; null where it does not.</summary>
    public LlamaMmfsAttention? ImageAttention => _imageAttention;

    /// <summary>[rows, new tokens, hidden] to the same.</summary>
    /// <param name="x">Hidden states.</param>
    /// <param name="positions">Rotations for the new tokens.</param>
    /// <param name="mask">Additive attention mask.</param>
    /// <param name="cache">Earlier keys and values.</param>
    /// <param name="images">This layer's projected images; null skips the look.</param>
    /// <param name="visibility">Which token may look at which image.</param>
    public Tensor Forward(Tensor x, RotaryPositions positions, Tensor? mask, KvCache? cache, MmfsValues? images, Tensor? visibility)
    {
        x = x + _attention.Attend(_attentionNorm.forward(x), positions, mask, cache);
        if (images is not null)
        {
            x = x + _imageAttention!.Attend(x, images, visibility!);
        }

        return x + _mlp.forward(_mlpNorm.forward(x));
    }
}
