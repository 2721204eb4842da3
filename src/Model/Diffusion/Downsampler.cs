using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>Halves a map's sides with a strided convolution.</summary>
public sealed class Downsampler : Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")] private readonly SquareConvolution _convolution;
    private readonly bool _padAfter;

    /// <param name="channels">Channels of the map.</param>
    /// <param name="padAfter">Whether only the right and bottom edges are padded, as in the autoencoder.</param>
    public Downsampler(int channels, bool padAfter = false) : base(nameof(Downsampler))
    {
        _padAfter = padAfter;
        _convolution = new SquareConvolution(channels, channels, 3, stride: 2, padding: padAfter ? 0 : 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => _convolution.forward(_padAfter ? functional.pad(x, [0, 1, 0, 1]) : x);
}
