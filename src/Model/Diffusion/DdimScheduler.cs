using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>Deterministic sampling in fewer steps (DDIM, arXiv 2010.02502, equation 12 with eta 0).</summary>
public sealed class DdimScheduler(NoiseSchedule schedule) : INoiseScheduler
{
    /// <inheritdoc/>
    public string Name => "ddim";

    /// <inheritdoc/>
    public INoiseSteps Begin(int steps) => new Steps(schedule, steps);

    private sealed class Steps(NoiseSchedule schedule, int steps) : INoiseSteps
    {
        private readonly int[] _timesteps = schedule.Timesteps(steps);

        public IReadOnlyList<int> Timesteps => _timesteps;

        public bool WantsNoise(int index) => false;

        public Tensor Step(int index, Tensor predictedNoise, Tensor latents, Tensor? noise)
        {
            // Stable Diffusion's setting: the step beyond the first timestep stops at alpha-bar 0 rather than at 1.
            var previous = int.Max(_timesteps[index] - schedule.Stride(steps), 0);
            var (alphaBar, previousBar) = (schedule.AlphaBar(_timesteps[index]), schedule.AlphaBar(previous));
            var clean = (latents - (Math.Sqrt(1 - alphaBar) * predictedNoise)) / Math.Sqrt(alphaBar);
            return (Math.Sqrt(previousBar) * clean) + (Math.Sqrt(1 - previousBar) * predictedNoise);
        }

        public void Dispose()
        {
        }
    }
}
