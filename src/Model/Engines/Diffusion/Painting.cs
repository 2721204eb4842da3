using MmiGrains.Model.Diffusion;
using MmiGrains.Model.Generation;
using MmiGrains.Model.Interleaved;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Engines.Diffusion;

/// <summary>One image on its way from noise. Owns its tensors.</summary>
internal sealed class Painting : IDisposable
{
    private readonly INoiseSteps _steps;
    private readonly SeededNoise _noise;

    public Painting(EngineTask<PaintRequest, PaintEvent> task, INoiseSteps steps, long[] latentShape)
    {
        (Task, _steps, _noise) = (task, steps, new SeededNoise(task.Request.Seed));
        Latents = _noise.Draw(latentShape).DetachFromDisposeScope();
    }

    public EngineTask<PaintRequest, PaintEvent> Task { get; }

    public bool IsGuided => Task.Request.Options.GuidanceScale > 1;

    /// <summary>[1, channels, side, side].</summary>
    public Tensor Latents { get; private set; }

    public int StepsDone { get; private set; }

    public int Steps => _steps.Timesteps.Count;

    public int Timestep => _steps.Timesteps[StepsDone];

    /// <summary>Takes one step's noise off.</summary>
    /// <param name="predicted">[1 or 2, ...]: the prediction, with guidance the unconditional one first (arXiv 2207.12598).</param>
    /// <returns>The prediction that was used.</returns>
    public Tensor Step(Tensor predicted)
    {
        var noise = IsGuided
            ? predicted.narrow(0, 0, 1) + (Task.Request.Options.GuidanceScale * (predicted.narrow(0, 1, 1) - predicted.narrow(0, 0, 1)))
            : predicted;
        var next = _steps.Step(StepsDone, noise, Latents, _steps.WantsNoise(StepsDone) ? _noise.Draw(Latents.shape) : null);
        Latents.Dispose();
        Latents = next.DetachFromDisposeScope();
        StepsDone++;
        return noise;
    }

    public void Dispose()
    {
        _steps.Dispose();
        _noise.Dispose();
        Latents.Dispose();
    }
}
