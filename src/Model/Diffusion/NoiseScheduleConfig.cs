namespace MmiGrains.Model.Diffusion;

/// <summary>The diffusion timetable; the defaults are Stable Diffusion's.</summary>
public sealed record NoiseScheduleConfig
{
    /// <summary>Timesteps of training.</summary>
    public int NumTrainTimesteps { get; init; } = 1000;

    /// <summary>Variance added at the first timestep.</summary>
    public double BetaStart { get; init; } = 0.00085;

    /// <summary>Variance added at the last timestep.</summary>
    public double BetaEnd { get; init; } = 0.012;

    /// <summary>Added to every sampling timestep.</summary>
    public int StepsOffset { get; init; } = 1;
}
