using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Weights that are small integers with one scale for each block of 32: weight = scale * (code - <see cref="Zero"/>). Sixteen blocks are
/// a group, whose codes lie so that the products of a block add up in a lane of their own and 16 scales are applied by one multiplication.
/// </summary>
internal unsafe interface IBlockCode
{
    /// <summary>The code of weight 0.</summary>
    static abstract int Zero { get; }

    /// <summary>Bytes of a group's codes.</summary>
    static abstract int GroupBytes { get; }

    /// <summary>The scale of a block, before it is rounded to half precision, and its codes.</summary>
    /// <param name="weights">[32].</param>
    /// <param name="codes">[32].</param>
    static abstract float Quantise(ReadOnlySpan<float> weights, Span<int> codes);

    /// <summary>Puts a code into a zeroed group.</summary>
    /// <param name="group">The group.</param>
    /// <param name="block">Index of the block in the group.</param>
    /// <param name="index">Index of the code in the block.</param>
    /// <param name="code">The code.</param>
    static abstract void Put(byte* group, int block, int index, int code);

    /// <summary>The code that was put there.</summary>
    static abstract int Get(byte* group, int block, int index);

    /// <summary>The sum over each block of (code - zero) * input.</summary>
    static abstract Vector512<int> Multiply(byte* group, IntegerGroup* x);

    /// <summary>The same for two inputs.</summary>
    static abstract (Vector512<int> X, Vector512<int> Y) Multiply(byte* group, IntegerGroup* x, IntegerGroup* y);
}
