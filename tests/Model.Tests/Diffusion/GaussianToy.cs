using MmiGrains.Model.Diffusion;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tests.Diffusion;

/// <summary>
/// Data that is normal with a mean and a deviation. At every timestep x is normal too, so the best prediction of its noise, and
/// the exact way that a noise-free sampler takes, are known: x keeps its distance from the mean, in deviations.
/// </summary>
internal sealed class GaussianToy(double mean, double deviation)
{
    public NoiseSchedule Schedule { get; } = new(new NoiseScheduleConfig());

    public Tensor PredictNoise(Tensor x, int timestep)
    {
        var alphaBar = Schedule.AlphaBar(timestep);
        return (x - (Math.Sqrt(alphaBar) * mean)) * (Math.Sqrt(1 - alphaBar) / Variance(alphaBar));
    }

    /// <summary>Where the exact way is at some alpha-bar, so many deviations from the mean.</summary>
    public Tensor Exact(Tensor deviations, double alphaBar) => (Math.Sqrt(alphaBar) * mean) + (Math.Sqrt(Variance(alphaBar)) * deviations);

    /// <summary>Samples from the exact distribution at the first timestep.</summary>
    /// <returns>The result, and the latents that went into the last step.</returns>
    public (Tensor Result, Tensor BeforeLast) Sample(INoiseScheduler scheduler, int steps, Tensor deviations, int seed = 3)
    {
        using var generator = new Generator((ulong)seed);
        using var timetable = scheduler.Begin(steps);
        var x = Exact(deviations, Schedule.AlphaBar(timetable.Timesteps[0]));
        var before = x;
        for (var i = 0; i < steps; i++)
        {
            before = x;
            var noise = timetable.WantsNoise(i) ? randn(x.shape, dtype: x.dtype, generator: generator) : null;
            x = timetable.Step(i, PredictNoise(x, timetable.Timesteps[i]), x, noise);
        }

        return (x, before);
    }

    private double Variance(double alphaBar) => (alphaBar * deviation * deviation) + 1 - alphaBar;
}
