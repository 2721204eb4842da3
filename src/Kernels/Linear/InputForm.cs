namespace MmiGrains.Kernels.Linear;

/// <summary>How loops want their input.</summary>
[Flags]
internal enum InputForm
{
    /// <summary>Rows of float32, filled up to whole vectors.</summary>
    Rows = 1,

    /// <summary>Rows of 16-bit integers in groups of blocks.</summary>
    Integers = 2,

    /// <summary>Tiles of a few rows of float32, column by column.</summary>
    Tiles = 4,
}
