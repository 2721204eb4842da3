using MmiGrains.Model.Data;
using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>The image decoder's autoencoder alone: pixels through latents and back.</summary>
public sealed class AutoencoderObjective : ITrainingObjective
{
    private const string Autoencoder = "image_decoder.decoder.vae.";

    private readonly MmInterleaved _model;
    private readonly AutoencoderObjectiveConfig _config;

    /// <param name="model">The model.</param>
    /// <param name="config">Weights of the parts.</param>
    /// <exception cref="ConfigException">The crop does not fit the model.</exception>
    public AutoencoderObjective(MmInterleaved model, AutoencoderObjectiveConfig config)
    {
        var (crop, reduction, side) = (config.Crop, model.Config.ImageDecoder.Vae.Reduction, model.Config.ImageResolutionDecoder);
        if (crop < 0 || crop > side || crop % reduction != 0)
        {
            throw new ConfigException($"'autoencoder.crop' is {crop}; it must be a multiple of {reduction} up to {side}, or 0 for whole pictures.");
        }

        if (config.DetailWeight is not (>= 0 and <= 1000))
        {
            throw new ConfigException($"'autoencoder.detail_weight' is {config.DetailWeight}; it must be 0 to 1000.");
        }

        (_model, _config) = (model, config);
    }

    /// <inheritdoc/>
    public bool Trains(string parameter) => parameter.StartsWith(Autoencoder, StringComparison.Ordinal);

    /// <inheritdoc/>
    public (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed)
    {
        using var generator = new Generator((ulong)seed);
        var pixels = (ImageProcessor.ToTensor([.. rows.SelectMany(row => row.Images).Select(image => image.ForDecoder)]) * 2) - 1;
        pixels = _config.Crop == 0 ? pixels : BusiestCrops.Cut(pixels, _config.Crop, generator);
        var autoencoder = _model.ImageDecoder.Decoder.Vae;
        var (mean, logVariance) = autoencoder.Encode(pixels);
        var variance = logVariance.exp();
        var difference = autoencoder.Decode(mean + (variance.sqrt() * randn(mean.shape, generator: generator))) - pixels;

        var squared = difference.square();
        var error = (difference.abs() * _config.AbsoluteShare) + (squared * (1 - _config.AbsoluteShare));
        error = _config.DetailWeight == 0 ? error : error * DetailWeights.Of(pixels, _config.DetailWeight);
        var divergence = 0.5 * (mean.square() + variance - 1 - logVariance).mean(); // from the standard normal
        return (error.mean() + (divergence * _config.DivergenceWeight), [("mse", squared.mean()), ("divergence", divergence)]);
    }
}
