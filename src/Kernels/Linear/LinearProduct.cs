namespace MmiGrains.Kernels.Linear;

/// <summary>One layer's share of a joint product: several layers that read the same input run as one loop.</summary>
/// <param name="Weights">The layer.</param>
/// <param name="Output">Where its products go: [rows, outputs].</param>
/// <param name="OutputStride">Floats from one row of the output to the next.</param>
/// <param name="Adds">Whether they are added to what is there.</param>
public readonly record struct LinearProduct(WeightMatrix Weights, nint Output, long OutputStride, bool Adds = false);
