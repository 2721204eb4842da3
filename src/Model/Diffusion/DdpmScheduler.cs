using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>
/// Ancestral sampling (DDPM, arXiv 2006.11239, equations 6 and 7) with the small variance, as the reference samples. It adds
/// noise at every step but those at timestep 0, the last one included, where the variance is only 1e-20.
/// </summary>
public sealed class DdpmScheduler(NoiseSchedule schedule) : INoiseScheduler
{
    private const double LeastVariance = 1e-20;

    /// <inheritdoc/>
    public string Name => "ddpm";

    /// <inheritdoc/>
    public INoiseSteps Begin(int steps) => new Steps(schedule, steps);

    private sealed class Steps(NoiseSchedule schedule, int steps) : INoiseSteps
    {
        private readonly int[] _timesteps = schedule.Timesteps(steps);

        public IReadOnlyList<int> Timesteps => _timesteps;

        public bool WantsNoise(int index) => _timesteps[index] > 0;

        public Tensor Step(int index, Tensor predictedNoise, Tensor latents, Tensor? noise)
        {
            var timestep = _timesteps[index];
            var (alphaBar, previousBar) = (schedule.AlphaBar(timestep), schedule.AlphaBar(timestep - schedule.Stride(steps)));
            var alpha = alphaBar / previousBar;

            var clean = (latents - (Math.Sqrt(1 - alphaBar) * predictedNoise)) / Math.Sqrt(alphaBar);
            var mean = (clean * (Math.Sqrt(previousBar) * (1 - alpha) / (1 - alphaBar))) +
                (latents * (Math.Sqrt(alpha) * (1 - previousBar) / (1 - alphaBar)));
            var variance = Math.Max((1 - previousBar) / (1 - alphaBar) * (1 - alpha), LeastVariance);
            return WantsNoise(index) ? mean + (Math.Sqrt(variance) * noise!) : mean;
        }

        public void Dispose()
        {
        }
    }
}
