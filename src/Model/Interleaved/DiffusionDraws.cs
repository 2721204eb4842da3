using MmiGrains.Model.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>The random numbers of one image loss.</summary>
/// <param name="VaeNoise">[images, latent channels, side, side], standard normal: which latents the posterior yields.</param>
/// <param name="Noise">The same shape: what the UNet has to predict.</param>
/// <param name="Timesteps">[images], int64.</param>
/// <param name="Unconditional">[images], uniform in 0 to 1: below the configured share the conditioning is dropped.</param>
public sealed record DiffusionDraws(Tensor VaeNoise, Tensor Noise, Tensor Timesteps, Tensor Unconditional)
{
    /// <summary>Draws for so many images.</summary>
    public static DiffusionDraws Sample(long images, ImageDecoderConfig config, int latentSide, Generator generator, Device device)
    {
        long[] shape = [images, config.Vae.LatentChannels, latentSide, latentSide];
        return new DiffusionDraws(
            randn(shape, generator: generator).to(device),
            randn(shape, generator: generator).to(device),
            randint(0, config.Scheduler.NumTrainTimesteps, [images], dtype: ScalarType.Int64, generator: generator).to(device),
            rand([images], generator: generator).to(device));
    }
}
