namespace MmiGrains.Silo.Experiments;

/// <summary>A figure and its 95 % interval.</summary>
internal sealed record VariantMeasure(double Value, double Low, double High);
