using MmiGrains.Kernels;
using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Mmfs;
using MmiGrains.Model.Perceiver;
using MmiGrains.Model.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Interleaved;

/// <summary>Paints images from the language model's context features: resampler, UNet with MMFS, autoencoder.</summary>
public sealed class ImageDecoder : Module
{
    [ComponentName(Name = "neg_prompt_embeds")] private readonly Parameter _unconditional;
    [ComponentName(Name = "perceiver_resampler")] private readonly PerceiverResampler _resampler;
    [ComponentName(Name = "decoder")] private readonly StableDiffusion _decoder;
    private readonly MmInterleavedConfig _config;

    /// <param name="config">The whole model's sizes.</param>
    /// <param name="kernels">The device's kernels.</param>
    public ImageDecoder(MmInterleavedConfig config, KernelSet kernels) : base(nameof(ImageDecoder))
    {
        _config = config;
        _unconditional = Parameter(zeros(1, config.ImageResampler.NumQueries, config.ImageResampler.HiddenSize));
        _resampler = new PerceiverResampler(config.ImageResampler);
        _decoder = new StableDiffusion(config.ImageDecoder, config.VisionEncoder.HiddenSize, kernels);
        RegisterComponents();
    }

    /// <summary>The diffusion timetable.</summary>
    public NoiseSchedule Schedule => _decoder.Schedule;

    /// <summary>Autoencoder, UNet and synchronizer.</summary>
    public StableDiffusion Decoder => _decoder;

    /// <summary>The context resampler.</summary>
    public PerceiverResampler Resampler => _resampler;

    /// <summary>[1, tokens, width]: the prompt that says nothing, trained for guidance.</summary>
    public Tensor Unconditional => _unconditional;

    /// <summary>Previous images that the UNet looks at.</summary>
    public int ContextImages => _config.ImageDecoder.ContextImages;

    /// <summary>The sampler of a name.</summary>
    public INoiseScheduler Scheduler(string name) => name switch
    {
        "ddpm" => new DdpmScheduler(Schedule),
        "ddim" => new DdimScheduler(Schedule),
        "dpm++" => new DpmSolverScheduler(Schedule),
        _ => throw new ArgumentException($"There is no sampler '{name}'; there are {string.Join(", ", DenoisingOptions.Schedulers)}."),
    };

    /// <summary>Projects the images that each painted image looks at.</summary>
    /// <param name="pyramids">
    /// For each painted image its images' pyramids, as [images, slots, channels, height, width] per level; those levels are used that the
    /// configuration names.
    /// </param>
    /// <param name="mask">[images, slots], 1 where a slot is filled.</param>
    /// <returns>The images; null where looking at them is switched off.</returns>
    public VisibleImages? ProjectImages(IReadOnlyList<Tensor> pyramids, Tensor mask)
    {
        if (!_config.Ablation.MmfsInImageDecoder)
        {
            return null;
        }

        Tensor[] used = [.. pyramids.Where(level => _config.ImageDecoder.Mmfs.Levels.Contains((int)level.shape[3]))];
        var features = cat(used.Select(level => level.flatten(3).transpose(2, 3)).ToArray(), 2);
        var shapes = new FeaturePyramid([.. used.Select(level => level.flatten(0, 1))]).Shapes;
        return new VisibleImages(_decoder.Mmfs.ProjectImages(features, shapes), mask);
    }

    /// <summary>Starts painting.</summary>
    /// <param name="prompt">[images, tokens, width]: what <see cref="Resampler"/> made of the contexts.</param>
    /// <param name="images">What each image looks at; null for nothing.</param>
    /// <param name="options">Steps, guidance and sampler.</param>
    /// <param name="drawNoise">Standard normal noise of a shape: called first for the latents, then once per step.</param>
    public Denoising Begin(Tensor prompt, VisibleImages? images, DenoisingOptions options, Func<long[], Tensor> drawNoise) =>
        Begin(prompt, _unconditional, images, options, drawNoise);

    /// <summary>Starts painting with another unconditional prompt than the trained one.</summary>
    public Denoising Begin(
        Tensor prompt, Tensor unconditional, VisibleImages? images, DenoisingOptions options, Func<long[], Tensor> drawNoise)
    {
        using var scope = NewDisposeScope();
        var (count, side) = (prompt.shape[0], _config.LatentSide);
        var guided = options.GuidanceScale > 1;
        var conditioning = guided ? cat([unconditional.expand(count, -1, -1), prompt], 0) : prompt.clone();
        var rows = arange(count, ScalarType.Int64, device: prompt.device);
        rows = guided ? cat([rows, rows], 0) : rows; // the unconditional half looks at the images too
        var seen = images is null ? null : new VisibleImages(images.Memory.SelectRows(rows), images.Visibility.index_select(0, rows));
        var latents = drawNoise([count, _config.ImageDecoder.Vae.LatentChannels, side, side]).to(prompt.device).to_type(prompt.dtype);
        return new Denoising(_decoder, conditioning, seen, latents, Scheduler(options.Scheduler).Begin(options.Steps), options.GuidanceScale, drawNoise);
    }

    /// <summary>Images [images, 3, side, side] in 0 to 1 from finished latents.</summary>
    public Tensor Decode(Tensor latents)
    {
        var decoded = _decoder.Vae.Decode(latents / _config.ImageDecoder.Vae.ScalingFactor);
        return ((decoded / 2) + 0.5).clamp(0, 1);
    }

    /// <summary>The latents of pictures: the means of their distributions.</summary>
    /// <param name="pixels">[images, 3, side, side] in 0 to 1.</param>
    public Tensor Encode(Tensor pixels) => _decoder.Vae.Encode((pixels * 2) - 1).Mean * _config.ImageDecoder.Vae.ScalingFactor;

    /// <summary>Pictures through the autoencoder and back: the best that painting could come to.</summary>
    /// <param name="pixels">[images, 3, side, side] in 0 to 1.</param>
    public Tensor Reconstruct(Tensor pixels) => Decode(Encode(pixels));

    /// <summary>
    /// The denoising loss: the mean squared error of what the UNet predicts, the noise or v. Images that are not trained count as zero, yet stay in
    /// the mean, as in the reference; where the configuration says otherwise, nothing is computed for them.
    /// </summary>
    /// <param name="pixels">[images, 3, side, side] in 0 to 1.</param>
    /// <param name="contexts">[images, longest, hidden].</param>
    /// <param name="contextMask">[images, longest].</param>
    /// <param name="pyramids">What each image looks at: [images, slots, channels, height, width] per level.</param>
    /// <param name="filled">[images, slots], 1 where a slot is filled.</param>
    /// <param name="draws">Random numbers.</param>
    /// <param name="imageMask">[images], 0 where an image is not trained; null when all are.</param>
    public Tensor Loss(
        Tensor pixels, Tensor contexts, Tensor contextMask, IReadOnlyList<Tensor> pyramids, Tensor filled, DiffusionDraws draws, Tensor? imageMask = null)
    {
        // A context of nothing but the document's beginning and the image's says nothing about the image.
        var trained = contextMask.sum(1) > 2;
        trained = imageMask is null ? trained : trained & (imageMask != 0);
        if (!_config.Loss.MeanOverTrainedImages)
        {
            var error = SquaredError(pixels, contexts, contextMask, ProjectImages(pyramids, filled), draws);
            return (error * Repeat(trained.to_type(error.dtype), draws.PerImage).view(-1, 1, 1, 1)).mean();
        }

        var chosen = trained.nonzero().squeeze(1);
        if (chosen.shape[0] == 0)
        {
            return zeros([], device: contexts.device);
        }

        Tensor Chosen(Tensor x) => chosen.shape[0] == x.shape[0] ? x : x.index_select(0, chosen);
        return SquaredError(
            Chosen(pixels), Chosen(contexts), Chosen(contextMask), ProjectImages([.. pyramids.Select(Chosen)], Chosen(filled)),
            chosen.shape[0] == pixels.shape[0] ? draws : draws.Select(chosen)).mean();
    }

    private Tensor SquaredError(Tensor pixels, Tensor contexts, Tensor contextMask, VisibleImages? images, DiffusionDraws draws)
    {
        var latents = Repeat(Latents(pixels, draws.VaeNoise), draws.PerImage);
        var noisy = Schedule.AddNoise(latents, draws.Noise, draws.Timesteps).to_type(contexts.dtype);

        var prompt = Repeat(_resampler.Resample(contexts, contextMask), draws.PerImage);
        var dropped = (draws.Unconditional.view(-1, 1, 1) < _config.ImageDecoder.UncondProb).to_type(prompt.dtype);
        prompt = ((1 - dropped) * prompt) + (dropped * _unconditional);

        var rows = Repeat(arange(pixels.shape[0], ScalarType.Int64, pixels.device), draws.PerImage);
        images = images is null || draws.PerImage == 1
            ? images
            : new VisibleImages(images.Memory.SelectRows(rows), images.Visibility.index_select(0, rows));
        var predicted = _decoder.Unet.Predict(noisy, draws.Timesteps, prompt, _decoder.Mmfs, images);

        // Whatever the UNet computes in, its error is float32.
        var error = (predicted.to_type(ScalarType.Float32) - Schedule.Target(latents, draws.Noise, draws.Timesteps)).square();
        return _config.Loss.DetailWeight == 0 ? error : error * Repeat(LatentWeights(pixels), draws.PerImage);
    }

    // [images, 1, latent side, latent side].
    private Tensor LatentWeights(Tensor pixels) =>
        functional.avg_pool2d(DetailWeights.Of(pixels, _config.Loss.DetailWeight), _config.ImageDecoder.Vae.Reduction);

    private static Tensor Repeat(Tensor perImage, long times) => times == 1 ? perImage : perImage.repeat_interleave(times, 0);

    // The autoencoder is frozen: no gradient is kept for it. What it computes in is float32 in every model.
    private Tensor Latents(Tensor pixels, Tensor noise)
    {
        using var quiet = no_grad();
        return TensorScopes.Keep(() =>
        {
            var (mean, logVariance) = _decoder.Vae.Encode((pixels * 2) - 1);
            return (mean + ((0.5 * logVariance).exp() * noise)) * _config.ImageDecoder.Vae.ScalingFactor;
        });
    }
}
