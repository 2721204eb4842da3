namespace MmiGrains.Kernels.DeformableAttention.Simd;

/// <summary>Which inputs someone wants the gradient of.</summary>
internal readonly record struct NeededGradients(bool Values, bool Locations, bool Weights)
{
    /// <summary>Whether any is wanted.</summary>
    public bool Any => Values || Locations || Weights;
}
