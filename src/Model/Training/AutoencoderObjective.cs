using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>The image decoder's autoencoder alone: pixels through latents and back.</summary>
/// <param name="model">The model.</param>
/// <param name="config">Weights of the parts.</param>
public sealed class AutoencoderObjective(MmInterleaved model, AutoencoderObjectiveConfig config) : ITrainingObjective
{
    private const string Autoencoder = "image_decoder.decoder.vae.";

    /// <inheritdoc/>
    public bool Trains(string parameter) => parameter.StartsWith(Autoencoder, StringComparison.Ordinal);

    /// <inheritdoc/>
    public (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed)
    {
        using var generator = new Generator((ulong)seed);
        var pixels = (ImageProcessor.ToTensor([.. rows.SelectMany(row => row.Images).Select(image => image.ForDecoder)]) * 2) - 1;
        var autoencoder = model.ImageDecoder.Decoder.Vae;
        var (mean, logVariance) = autoencoder.Encode(pixels);
        var variance = logVariance.exp();
        var difference = autoencoder.Decode(mean + (variance.sqrt() * randn(mean.shape, generator: generator))) - pixels;

        var squared = difference.square().mean();
        var error = (difference.abs().mean() * config.AbsoluteShare) + (squared * (1 - config.AbsoluteShare));
        var divergence = 0.5 * (mean.square() + variance - 1 - logVariance).mean(); // from the standard normal
        return (error + (divergence * config.DivergenceWeight), [("mse", squared), ("divergence", divergence)]);
    }
}
