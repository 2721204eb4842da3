namespace MmiGrains.Kernels.Linear;

/// <summary>A decoded and transposed piece of weights: [columns, <see cref="Width"/>].</summary>
internal static class Panel
{
    /// <summary>Rows of weights in a panel.</summary>
    public const int Width = 32;
}
