using MmiGrains.Kernels;
using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Model.Clip;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Adapter;

/// <summary>Brings the stem's maps into the transformer's patch tokens: x + gamma * attention(x, maps).</summary>
public sealed class Injector : Module
{
    [ComponentName(Name = "gamma")] private readonly Parameter _gamma;
    [ComponentName(Name = "query_norm")] private readonly LayerNorm _queryNorm;
    [ComponentName(Name = "feat_norm")] private readonly LayerNorm _featureNorm;
    [ComponentName(Name = "attn")] private readonly DeformableCrossAttention _attention;

    /// <param name="config">Sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public Injector(ClipVisionConfig config, KernelSet kernels) : base(nameof(Injector))
    {
        _gamma = Parameter(zeros(config.HiddenSize));
        _queryNorm = LayerNorm(config.HiddenSize, config.Adapter.LayerNormEps);
        _featureNorm = LayerNorm(config.HiddenSize, config.Adapter.LayerNormEps);
        _attention = new DeformableCrossAttention(config.HiddenSize, config.NumAttentionHeads, 3, config.Adapter, kernels);
        RegisterComponents();
    }

    /// <summary>[batch, patches, hidden] with the maps' tokens [batch, positions, hidden] mixed in.</summary>
    public Tensor Inject(Tensor x, Tensor points, Tensor maps, IReadOnlyList<LevelShape> levels) =>
        x + (_gamma * _attention.Attend(_queryNorm.forward(x), points, _featureNorm.forward(maps), levels));
}
