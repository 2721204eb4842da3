using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Weights that are small integers with one scale for each block of 32: weight = scale * (code - <see cref="Zero"/>). Sixteen blocks are
/// a group, and a group is read in 16 steps of 32 codes: step s holds codes 2s and 2s + 1 of every block, so that the products of a block
/// add up in a lane of their own and 16 scales are applied by one multiplication.
/// </summary>
internal unsafe interface IBlockCode
{
    /// <summary>The code of weight 0.</summary>
    static abstract int Zero { get; }

    /// <summary>Bytes of a group's codes.</summary>
    static abstract int GroupBytes { get; }

    /// <summary>Puts a code into a zeroed group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="block">Index of the block in the group.</param>
    /// <param name="index">Index of the code in the block.</param>
    /// <param name="code">The code.</param>
    static abstract void Put(byte* group, int block, int index, int code);

    /// <summary>The scale of a block, before it is rounded to half precision, and its codes.</summary>
    /// <param name="weights">[32].</param>
    /// <param name="codes">[32].</param>
    static abstract float Quantise(ReadOnlySpan<float> weights, Span<int> codes);

    /// <summary>The 32 codes of one step.</summary>
    /// <param name="group">The group.</param>
    /// <param name="quarter">A quarter of the steps, 0 to 3.</param>
    /// <param name="step">The step in its quarter, 0 to 3.</param>
    static abstract Vector512<short> Decode(byte* group, int quarter, int step);
}
