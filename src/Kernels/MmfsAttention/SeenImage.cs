namespace MmiGrains.Kernels.MmfsAttention;

/// <summary>An image that a query may look at.</summary>
/// <param name="Values">Address of its projected values, float32: a head's positions one after the other, at the layout's stride.</param>
/// <param name="HeadStride">Floats from one head's values to the next one's.</param>
/// <param name="Order">How new it is among those that the query sees, from 1: the row of the table that is added to the query.</param>
public readonly record struct SeenImage(nint Values, long HeadStride, int Order);
