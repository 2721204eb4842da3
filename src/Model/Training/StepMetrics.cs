namespace MmiGrains.Model.Training;

/// <summary>What one step says of itself.</summary>
/// <param name="Losses">The total, <c>loss</c>, and its parts.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="LearningRate">Of parameters that no override names.</param>
public sealed record StepMetrics(IReadOnlyDictionary<string, double> Losses, double GradientNorm, double LearningRate);
