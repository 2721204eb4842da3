using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>The bottom of the UNet: a residual block, a transformer, a residual block.</summary>
public sealed class UNetMiddleBlock : Module
{
    [ComponentName(Name = "attentions")] private readonly ModuleList<SpatialTransformer> _transformers;
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;

    /// <param name="config">Sizes.</param>
    public UNetMiddleBlock(UNetConfig config) : base(nameof(UNetMiddleBlock))
    {
        var channels = config.BlockOutChannels[^1];
        _transformers = ModuleList(new SpatialTransformer(config, channels, config.AttentionHeadDim[^1]));
        _resnets = ModuleList(Enumerable.Range(0, 2)
            .Select(_ => new ResnetBlock(channels, channels, config.NormNumGroups, config.NormEps, TimestepEmbedding.Width(config))).ToArray());
        RegisterComponents();
    }

    /// <summary>[batch, channels, height, width] to the same.</summary>
    public Tensor Forward(Tensor x, Tensor time, Tensor conditioning)
    {
        x = Recomputation.Run(x, time, _resnets[0].Forward);
        x = Recomputation.Run(x, conditioning, _transformers[0].Forward);
        return Recomputation.Run(x, time, _resnets[1].Forward);
    }
}
