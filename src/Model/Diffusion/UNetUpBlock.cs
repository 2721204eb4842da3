using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>One level on the way up: residual blocks over the skip connections, transformers, an upsampler but at the top.</summary>
public sealed class UNetUpBlock : Module
{
    [ComponentName(Name = "attentions")] private readonly ModuleList<SpatialTransformer>? _transformers;
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "upsamplers")] private readonly ModuleList<Upsampler>? _upsamplers;

    /// <param name="config">Sizes.</param>
    /// <param name="index">Index on the way up, smallest level first.</param>
    public UNetUpBlock(UNetConfig config, int index) : base(nameof(UNetUpBlock))
    {
        var channels = config.BlockOutChannels;
        var level = channels.Count - 1 - index;
        var (own, below, above) = (channels[level], channels[int.Min(level + 1, channels.Count - 1)], channels[int.Max(level - 1, 0)]);
        var layers = Enumerable.Range(0, config.LayersPerBlock + 1).ToArray();
        if (config.UpBlockTypes[index].StartsWith("CrossAttn", StringComparison.Ordinal))
        {
            _transformers = ModuleList(layers.Select(_ => new SpatialTransformer(config, own, config.AttentionHeadDim[level])).ToArray());
        }

        _resnets = ModuleList(layers.Select(i => new ResnetBlock(
            (i == 0 ? below : own) + (i == layers[^1] ? above : own), own,
            config.NormNumGroups, config.NormEps, TimestepEmbedding.Width(config))).ToArray());
        _upsamplers = level > 0 ? ModuleList(new Upsampler(own)) : null;
        RegisterComponents();
    }

    /// <summary>Runs the level, taking its skip connections from the top of <paramref name="skips"/>.</summary>
    public Tensor Forward(Tensor x, Tensor time, Tensor conditioning, Stack<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = Recomputation.Run(cat([x, skips.Pop()], 1), time, _resnets[i].Forward);
            x = _transformers is null ? x : Recomputation.Run(x, conditioning, _transformers[i].Forward);
        }

        return _upsamplers?[0].forward(x) ?? x;
    }
}
