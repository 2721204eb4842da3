using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Diffusion;

/// <summary>
/// The autoencoder between images in -1 to 1 and latents an eighth as large (arXiv 2112.10752). Stays in float32 whatever the
/// rest of the model is in: half precision shows in its pictures, and float16 overflows in it.
/// </summary>
public sealed class AutoencoderKL : Module
{
    /// <summary>Epsilon of every norm in it.</summary>
    public const double NormEpsilon = 1e-6;

    [ComponentName(Name = "encoder")] private readonly VaeEncoder _encoder;
    [ComponentName(Name = "decoder")] private readonly VaeDecoder _decoder;
    [ComponentName(Name = "quant_conv")] private readonly SquareConvolution _quantize;
    [ComponentName(Name = "post_quant_conv")] private readonly SquareConvolution _unquantize;

    /// <param name="config">Sizes.</param>
    public AutoencoderKL(VaeConfig config) : base(nameof(AutoencoderKL))
    {
        Config = config;
        _encoder = new VaeEncoder(config);
        _decoder = new VaeDecoder(config);
        _quantize = new SquareConvolution(config.LatentChannels * 2, config.LatentChannels * 2, 1);
        _unquantize = new SquareConvolution(config.LatentChannels, config.LatentChannels, 1);
        RegisterComponents();
    }

    /// <summary>Sizes.</summary>
    public VaeConfig Config { get; }

    /// <summary>The posterior of images [images, 3, height, width] in -1 to 1; no scaling factor is applied.</summary>
    /// <returns>Mean and log variance (clamped to -30 .. 20), each [images, latent channels, height / 8, width / 8].</returns>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor images)
    {
        var moments = _quantize.forward(_encoder.forward(images.to_type(ScalarType.Float32))).chunk(2, 1);
        return (moments[0], moments[1].clamp(-30, 20));
    }

    /// <summary>Images [images, 3, 8 * height, 8 * width], about -1 to 1, from unscaled latents.</summary>
    public Tensor Decode(Tensor latents) => _decoder.forward(_unquantize.forward(latents.to_type(ScalarType.Float32)));
}
