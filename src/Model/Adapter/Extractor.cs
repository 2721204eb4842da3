using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Clip;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>Brings the transformer's patch tokens back into the maps, then a convolutional feed-forward.</summary>
public sealed class Extractor : Module
{
    [ComponentName(Name = "query_norm")] private readonly LayerNorm _queryNorm;
    [ComponentName(Name = "feat_norm")] private readonly LayerNorm _featureNorm;
    [ComponentName(Name = "attn")] private readonly DeformableCrossAttention _attention;
    [ComponentName(Name = "ffn")] private readonly ConvolutionalMlp _mlp;
    [ComponentName(Name = "ffn_norm")] private readonly LayerNorm _mlpNorm;

    /// <param name="config">Sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public Extractor(ClipVisionConfig config, KernelSet kernels) : base(nameof(Extractor))
    {
        var (width, eps) = (config.HiddenSize, config.Adapter.LayerNormEps);
        _queryNorm = LayerNorm(width, eps);
        _featureNorm = LayerNorm(width, eps);
        _attention = new DeformableCrossAttention(width, config.NumAttentionHeads, 1, config.Adapter, kernels);
        _mlp = new ConvolutionalMlp(width, (int)(width * config.Adapter.FfnRatio));
        _mlpNorm = LayerNorm(width, eps);
        RegisterComponents();
    }

    /// <summary>The maps' tokens [batch, positions, hidden] with the patch tokens [batch, patches, hidden] mixed in.</summary>
    public Tensor Extract(Tensor maps, IReadOnlyList<LevelShape> levels, Tensor points, Tensor x, LevelShape grid)
    {
        maps = maps + _attention.Attend(_queryNorm.forward(maps), points, _featureNorm.forward(x), [grid]);
        return maps + _mlp.Forward(_mlpNorm.forward(maps), levels);
    }
}
