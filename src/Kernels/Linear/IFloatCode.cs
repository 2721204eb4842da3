using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Weights that are numbers by themselves, read in vectors of 16.</summary>
internal unsafe interface IFloatCode
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>Writes a row.</summary>
    static abstract void Encode(ReadOnlySpan<float> weights, byte* row);

    /// <summary>The 16 weights of one vector.</summary>
    /// <param name="row">The row.</param>
    /// <param name="vector">Index of the vector in the row.</param>
    static abstract Vector512<float> Decode(byte* row, int vector);
}
