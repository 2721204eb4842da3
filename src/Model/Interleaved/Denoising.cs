using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Mmfs;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>
/// A batch of images on their way from noise, one step at a time. Images are projected once, before the first step, and only
/// attended to afterwards. Owns its tensors.
/// </summary>
public sealed class Denoising : IDisposable
{
    private readonly StableDiffusion _model;
    private readonly INoiseSteps _steps;
    private readonly Tensor _conditioning;
    private readonly VisibleImages? _images;
    private readonly double _guidanceScale;
    private readonly Func<long[], Tensor> _drawNoise;

    /// <param name="model">UNet and synchronizer.</param>
    /// <param name="conditioning">[images, tokens, width]; with guidance the unconditional half comes first.</param>
    /// <param name="images">What each of those rows may look at; null for nothing.</param>
    /// <param name="latents">[images, latent channels, side, side], standard normal.</param>
    /// <param name="steps">The sampler's timetable.</param>
    /// <param name="guidanceScale">Above 1, <paramref name="conditioning"/> holds both halves.</param>
    /// <param name="drawNoise">Standard normal noise of a shape, called once per step that wants it.</param>
    public Denoising(
        StableDiffusion model, Tensor conditioning, VisibleImages? images, Tensor latents, INoiseSteps steps, double guidanceScale,
        Func<long[], Tensor> drawNoise)
    {
        (_model, _steps, _guidanceScale, _drawNoise) = (model, steps, guidanceScale, drawNoise);
        _conditioning = conditioning.DetachFromDisposeScope();
        _images = images is null ? null : images with { Memory = images.Memory.Detach(), Visibility = images.Visibility.DetachFromDisposeScope() };
        Latents = latents.alias().DetachFromDisposeScope();
    }

    /// <summary>[images, latent channels, side, side], less noisy at every step.</summary>
    public Tensor Latents { get; private set; }

    /// <summary>The noise that the last step took off; null before the first.</summary>
    public Tensor? PredictedNoise { get; private set; }

    /// <summary>Steps done.</summary>
    public int StepsDone { get; private set; }

    /// <summary>The timesteps, highest first.</summary>
    public IReadOnlyList<int> Timesteps => _steps.Timesteps;

    /// <summary>Whether all steps are done.</summary>
    public bool IsFinished => StepsDone == _steps.Timesteps.Count;

    /// <summary>Skips the steps above a timestep: goes on from known latents with the noise of the highest timestep that is left.</summary>
    /// <param name="clean">The shape of <see cref="Latents"/>, which are the noise.</param>
    /// <param name="timestep">At least the lowest of <see cref="Timesteps"/>.</param>
    /// <exception cref="InvalidOperationException">A step has been done.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No step is left.</exception>
    public void BeginAt(Tensor clean, int timestep)
    {
        if (StepsDone > 0)
        {
            throw new InvalidOperationException($"{StepsDone} of {Timesteps.Count} steps are done.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timestep, Timesteps[^1]);
        var left = Timesteps.Count(step => step <= timestep);
        StepsDone = Timesteps.Count - left;
        var noisy = _model.Schedule.AddNoise(clean, Latents, full([clean.shape[0]], Timesteps[StepsDone], dtype: ScalarType.Int64, device: clean.device));
        Latents.Dispose();
        Latents = noisy.DetachFromDisposeScope();
    }

    /// <summary>Does one step.</summary>
    public void Step()
    {
        using var scope = NewDisposeScope();
        var predicted = PredictNoise(Timesteps[StepsDone]);
        var noise = _steps.WantsNoise(StepsDone) ? _drawNoise(Latents.shape).to(Latents.device) : null;
        var next = _steps.Step(StepsDone, predicted, Latents, noise);

        Latents.Dispose();
        PredictedNoise?.Dispose();
        (Latents, PredictedNoise) = (next.DetachFromDisposeScope(), predicted.DetachFromDisposeScope());
        StepsDone++;
    }

    /// <summary>Does all steps that are left.</summary>
    public Denoising Finish()
    {
        while (!IsFinished)
        {
            Step();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _steps.Dispose();
        _conditioning.Dispose();
        _images?.Memory.Dispose();
        _images?.Visibility.Dispose();
        Latents.Dispose();
        PredictedNoise?.Dispose();
    }

    // Classifier-free guidance (arXiv 2207.12598): unconditional + scale * (conditional - unconditional).
    private Tensor PredictNoise(int timestep)
    {
        var guided = _guidanceScale > 1;
        var latents = guided ? cat([Latents, Latents], 0) : Latents;
        var timesteps = full([latents.shape[0]], timestep, dtype: ScalarType.Int64, device: latents.device);
        var predicted = _model.PredictNoise(latents, timesteps, _conditioning, _images);
        if (!guided)
        {
            return predicted;
        }

        var halves = predicted.chunk(2, 0);
        return halves[0] + (_guidanceScale * (halves[1] - halves[0]));
    }
}
