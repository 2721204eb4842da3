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

    /// <summary>
    /// What the UNet predicts: <c>epsilon</c>, the noise, as the release; or <c>v_prediction</c> (arXiv 2202.00512), by which
    /// the noisiest timesteps ask for the image itself and weigh as much as the others.
    /// </summary>
    public string PredictionType { get; init; } = "epsilon";

    /// <summary>Added to every sampling timestep.</summary>
    public int StepsOffset { get; init; } = 1;
}
