using static TorchSharp.torch;

namespace MmiGrains.Model.Diffusion;

/// <summary>
/// DPM-Solver++ (2M) (arXiv 2211.01095, algorithm 2): second order from the two last predictions of the clean latents. The
/// first step is of first order, and so is the last one, which goes to the clean latents themselves.
/// </summary>
public sealed class DpmSolverScheduler(NoiseSchedule schedule) : INoiseScheduler
{
    /// <inheritdoc/>
    public string Name => "dpm++";

    /// <inheritdoc/>
    public INoiseSteps Begin(int steps) => new Steps(schedule, steps);

    private sealed class Steps(NoiseSchedule schedule, int steps) : INoiseSteps
    {
        private readonly int[] _timesteps = schedule.Timesteps(steps);
        private Tensor? _before;

        public IReadOnlyList<int> Timesteps => _timesteps;

        public bool WantsNoise(int index) => false;

        public Tensor Step(int index, Tensor predictedNoise, Tensor latents, Tensor? noise)
        {
            var alphaBar = schedule.AlphaBar(_timesteps[index]);
            var clean = (latents - (Math.Sqrt(1 - alphaBar) * predictedNoise)) / Math.Sqrt(alphaBar);
            if (index == _timesteps.Length - 1)
            {
                return clean;
            }

            var (now, next) = (LogSnr(_timesteps[index]), LogSnr(_timesteps[index + 1]));
            var nextBar = schedule.AlphaBar(_timesteps[index + 1]);
            var extrapolated = clean;
            if (_before is not null)
            {
                var ratio = (now - LogSnr(_timesteps[index - 1])) / (next - now);
                extrapolated = clean + ((clean - _before) / (2 * ratio));
            }

            _before?.Dispose();
            _before = clean.clone().DetachFromDisposeScope();
            return (latents * Math.Sqrt((1 - nextBar) / (1 - alphaBar))) - (extrapolated * (Math.Sqrt(nextBar) * (Math.Exp(now - next) - 1)));
        }

        public void Dispose() => _before?.Dispose();

        // lambda = log(sqrt(alpha-bar) / sqrt(1 - alpha-bar))
        private double LogSnr(int timestep)
        {
            var alphaBar = schedule.AlphaBar(timestep);
            return 0.5 * Math.Log(alphaBar / (1 - alphaBar));
        }
    }
}
