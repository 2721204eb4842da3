using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>What latents are multiplied by so that they have unit variance, as diffusion expects (arXiv 2112.10752, appendix G).</summary>
public static class LatentScale
{
    private const int Steps = 8;

    /// <summary>Measures it on the loader's next images.</summary>
    /// <returns>The configuration with the factor in it.</returns>
    public static MmInterleavedConfig Measure(MmInterleaved model, BatchLoader loader, MmInterleavedConfig config)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        model.eval();
        var images = Enumerable.Range(0, Steps).SelectMany(_ => loader.Next()).SelectMany(rows => rows).SelectMany(row => row.Images);
        var pixels = ImageProcessor.ToTensor([.. images.Select(image => image.ForDecoder)]);
        var (mean, logVariance) = model.ImageDecoder.Decoder.Vae.Encode((pixels * 2) - 1);
        var deviation = (mean.square().mean() - mean.mean().square() + logVariance.exp().mean()).sqrt().item<float>();
        var decoder = config.ImageDecoder;
        return config with { ImageDecoder = decoder with { Vae = decoder.Vae with { ScalingFactor = 1 / deviation } } };
    }
}
