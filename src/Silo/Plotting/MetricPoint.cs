namespace MmiGrains.Silo.Plotting;

/// <summary>One number of a run.</summary>
/// <param name="Step">Steps of all stages.</param>
/// <param name="Value">The number.</param>
internal readonly record struct MetricPoint(double Step, double Value);
