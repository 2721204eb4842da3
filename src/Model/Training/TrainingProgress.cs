namespace MmiGrains.Model.Training;

/// <summary>How far a run has come.</summary>
/// <param name="Step">Steps of all stages.</param>
/// <param name="TotalSteps">Steps of the whole recipe.</param>
/// <param name="Losses">Means since the last line of metrics.</param>
/// <param name="SamplesPerSecond">Samples trained a second, since this sitting began.</param>
/// <param name="SecondsPerStep">Seconds of a step, smoothed.</param>
/// <param name="StageStepsLeft">Steps left in the stage.</param>
public sealed record TrainingProgress(
    long Step, long TotalSteps, IReadOnlyDictionary<string, double> Losses, double SamplesPerSecond, double SecondsPerStep, long StageStepsLeft);
