using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Doubles a map's sides: nearest neighbour, then a convolution.</summary>
public sealed class Upsampler : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")] private readonly SquareConvolution _convolution;

    /// <param name="channels">Channels of the map.</param>
    public Upsampler(int channels) : base(nameof(Upsampler))
    {
        _convolution = new SquareConvolution(channels, channels, 3, padding: 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _convolution.forward(functional.interpolate(x, scale_factor: [2, 2]));
}
