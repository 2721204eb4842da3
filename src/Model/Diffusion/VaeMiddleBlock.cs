using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>The bottom of the autoencoder's halves: a residual block, single-headed attention, a residual block.</summary>
public sealed class VaeMiddleBlock : Module<Tensor, Tensor>
{
    [ComponentName(Name = "attentions")] private readonly ModuleList<VaeAttention> _attentions;
    [ComponentName(Name = "resnets")] private readonly ModuleList<ResnetBlock> _resnets;

    /// <param name="config">Sizes.</param>
    public VaeMiddleBlock(VaeConfig config) : base(nameof(VaeMiddleBlock))
    {
        var channels = config.BlockOutChannels[^1];
        _attentions = ModuleList(new VaeAttention(channels, config.NormNumGroups));
        _resnets = ModuleList(Enumerable.Range(0, 2)
            .Select(_ => new ResnetBlock(channels, channels, config.NormNumGroups, AutoencoderKL.NormEpsilon)).ToArray());
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _resnets[1].Forward(_attentions[0].forward(_resnets[0].Forward(x)));
}
