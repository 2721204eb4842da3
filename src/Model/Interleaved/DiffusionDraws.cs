using MmiGrains.Model.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>The random numbers of one image loss.</summary>
/// <param name="VaeNoise">[images, latent channels, side, side], standard normal: which latents the posterior yields.</param>
/// <param name="Noise">The same with images * noises: what the UNet has to predict; an image's noises lie together.</param>
/// <param name="Timesteps">[images * noises], int64.</param>
/// <param name="Unconditional">[images * noises], uniform in 0 to 1: below the configured share the conditioning is dropped.</param>
public sealed record DiffusionDraws(Tensor VaeNoise, Tensor Noise, Tensor Timesteps, Tensor Unconditional)
{
    /// <summary>Noises of each image.</summary>
    public long PerImage => VaeNoise.shape[0] == 0 ? 1 : Noise.shape[0] / VaeNoise.shape[0];

    /// <summary>Draws for so many images. One image's timesteps lie evenly apart (the low-discrepancy sampler of arXiv 2107.00630): each is drawn alike, their mean loss varies less.</summary>
    public static DiffusionDraws Sample(
        long images, ImageDecoderConfig config, int latentSide, Generator generator, Device device, int noisesPerImage = 1, TimestepDistribution? timesteps = null)
    {
        var noises = images * noisesPerImage;
        long[] Shape(long count) => [count, config.Vae.LatentChannels, latentSide, latentSide];
        return new DiffusionDraws(
            randn(Shape(images), generator: generator).to(device),
            randn(Shape(noises), generator: generator).to(device),
            Timetable(images, noisesPerImage, config.Scheduler.NumTrainTimesteps, timesteps, generator).to(device),
            rand([noises], generator: generator).to(device));
    }

    private static Tensor Timetable(long images, int perImage, int steps, TimestepDistribution? distribution, Generator generator)
    {
        if (distribution is not null)
        {
            var start = rand([images, 1], generator: generator);
            return distribution.Timesteps((start + (arange(perImage, ScalarType.Float32) / perImage)).frac(), steps).flatten();
        }

        var first = randint(0, steps, [images, 1], dtype: ScalarType.Int64, generator: generator);
        return ((first + (arange(perImage, ScalarType.Int64) * steps / perImage).to_type(ScalarType.Int64)) % steps).flatten();
    }

    /// <summary>The draws of some images.</summary>
    /// <param name="images">[chosen], their indices.</param>
    public DiffusionDraws Select(Tensor images)
    {
        var per = PerImage;
        var noises = per == 1 ? images : ((images * per).unsqueeze(1) + arange(per, ScalarType.Int64, images.device)).flatten();
        return new DiffusionDraws(
            VaeNoise.index_select(0, images), Noise.index_select(0, noises), Timesteps.index_select(0, noises), Unconditional.index_select(0, noises));
    }
}
