using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>How much of the image is left at each timestep, and which timesteps a sampler visits.</summary>
public sealed class NoiseSchedule
{
    private readonly float[] _alphasCumprod;

    /// <param name="config">Betas, whose square roots are spaced evenly ("scaled linear").</param>
    public NoiseSchedule(NoiseScheduleConfig config)
    {
        Config = config;
        using var scope = NewDisposeScope();
        var roots = linspace(Math.Sqrt(config.BetaStart), Math.Sqrt(config.BetaEnd), config.NumTrainTimesteps, ScalarType.Float32, CPU);
        _alphasCumprod = [.. (1 - roots.square()).cumprod(0).data<float>()];
    }

    /// <summary>Betas and offsets.</summary>
    public NoiseScheduleConfig Config { get; }

    /// <summary>alpha-bar of every training timestep.</summary>
    public IReadOnlyList<float> AlphasCumprod => _alphasCumprod;

    /// <summary>alpha-bar of a timestep; what lies before the first is 1.</summary>
    public double AlphaBar(int timestep) => timestep < 0 ? 1 : _alphasCumprod[timestep];

    /// <summary>Training timesteps between two sampling steps.</summary>
    public int Stride(int steps) => Config.NumTrainTimesteps / steps;

    /// <summary>
    /// The timesteps that sampling visits, highest first ("leading" spacing): (steps - 1 .. 0) * stride + offset. The offset shrinks
    /// where the first would lie beyond training's last: no timestep is visited twice.
    /// </summary>
    public int[] Timesteps(int steps)
    {
        if (steps < 1 || steps > Config.NumTrainTimesteps)
        {
            throw new ArgumentOutOfRangeException(nameof(steps), $"Sampling takes 1 to {Config.NumTrainTimesteps} steps; {steps} were asked for.");
        }

        var stride = Stride(steps);
        var offset = int.Min(Config.StepsOffset, Config.NumTrainTimesteps - 1 - ((steps - 1) * stride));
        return [.. Enumerable.Range(0, steps).Select(i => ((steps - 1 - i) * stride) + offset)];
    }

    /// <summary>Latents with noise as at the given timesteps: sqrt(alpha-bar) x + sqrt(1 - alpha-bar) noise.</summary>
    /// <param name="latents">[batch, ...].</param>
    /// <param name="noise">The same shape.</param>
    /// <param name="timesteps">[batch], int64.</param>
    public Tensor AddNoise(Tensor latents, Tensor noise, Tensor timesteps)
    {
        var alphaBar = AlphaBar(timesteps, latents);
        return ((alphaBar.sqrt() * latents) + ((1 - alphaBar).sqrt() * noise)).to_type(latents.dtype);
    }

    /// <summary>What the UNet has to predict: the noise, or v = sqrt(alpha-bar) noise - sqrt(1 - alpha-bar) x.</summary>
    public Tensor Target(Tensor latents, Tensor noise, Tensor timesteps)
    {
        if (!PredictsVelocity)
        {
            return noise;
        }

        var alphaBar = AlphaBar(timesteps, latents);
        return ((alphaBar.sqrt() * noise) - ((1 - alphaBar).sqrt() * latents)).to_type(latents.dtype);
    }

    /// <summary>The noise that a prediction of the UNet means: itself, or sqrt(alpha-bar) v + sqrt(1 - alpha-bar) x with x the noisy latents.</summary>
    public Tensor Noise(Tensor predicted, Tensor noisy, Tensor timesteps)
    {
        if (!PredictsVelocity)
        {
            return predicted;
        }

        var alphaBar = AlphaBar(timesteps, noisy);
        return ((alphaBar.sqrt() * predicted) + ((1 - alphaBar).sqrt() * noisy)).to_type(noisy.dtype);
    }

    private bool PredictsVelocity => Config.PredictionType == "v_prediction";

    // [batch, 1, ...]
    private Tensor AlphaBar(Tensor timesteps, Tensor like) =>
        tensor(_alphasCumprod, device: like.device).index_select(0, timesteps.to(like.device)).view([like.shape[0], .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);
}
