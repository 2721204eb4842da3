using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>One level on the way down: residual blocks, transformers where the level has them, a downsampler but at the bottom.</summary>
public sealed class UNetDownBlock : Module
{
    [ComponentName(Name = "attentions")] private readonly ModuleList<SpatialTransformer>? _transformers;
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;
    [ComponentName(Name = "downsamplers")] private readonly ModuleList<Downsampler>? _downsamplers;

    /// <param name="config">Sizes.</param>
    /// <param name="level">Index of the level, largest first.</param>
    public UNetDownBlock(UNetConfig config, int level) : base(nameof(UNetDownBlock))
    {
        var channels = config.BlockOutChannels;
        var layers = Enumerable.Range(0, config.LayersPerBlock).ToArray();
        if (config.DownBlockTypes[level].StartsWith("CrossAttn", StringComparison.Ordinal))
        {
            _transformers = ModuleList(layers.Select(_ => new SpatialTransformer(config, channels[level], config.AttentionHeadDim[level])).ToArray());
        }

        _resnets = ModuleList(layers.Select(i => new ResnetBlock(
            i == 0 ? channels[int.Max(level - 1, 0)] : channels[level], channels[level],
            config.NormNumGroups, config.NormEps, TimestepEmbedding.Width(config))).ToArray());
        _downsamplers = level < channels.Count - 1 ? ModuleList(new Downsampler(channels[level])) : null;
        RegisterComponents();
    }

    /// <summary>Runs the level and adds every output that the way up will want to <paramref name="skips"/>.</summary>
    public Tensor Forward(Tensor x, Tensor time, Tensor conditioning, ICollection<Tensor> skips)
    {
        for (var i = 0; i < _resnets.Count; i++)
        {
            x = Recomputation.Run(x, time, _resnets[i].Forward);
            x = _transformers is null ? x : Recomputation.Run(x, conditioning, _transformers[i].Forward);
            skips.Add(x);
        }

        if (_downsamplers is not null)
        {
            x = _downsamplers[0].forward(x);
            skips.Add(x);
        }

        return x;
    }
}
