namespace MmiGrains.Silo.Plotting;

/// <summary>One metric of one stage of a run, in the order of steps.</summary>
/// <param name="Run">Index of the run.</param>
/// <param name="Metric">Its name.</param>
/// <param name="IsValidation">Whether it was measured without learning.</param>
/// <param name="Points">At least one.</param>
internal sealed record MetricLine(int Run, string Metric, bool IsValidation, IReadOnlyList<MetricPoint> Points);
