using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MmiGrains.Kernels.Linear;

/// <summary>Neighbouring rows of weights that one pass reads together; behind the last one stands the last one again.</summary>
internal readonly unsafe struct TileRows(WeightMatrix weights, int first, int last)
{
    /// <summary>A row's first byte.</summary>
    public byte* this[int index] => weights.Row(int.Min(first + index, last));

    /// <summary>Bytes from one tile to the next.</summary>
    public long TileBytes(int rows) => rows * weights.RowBytes;

    /// <summary>Asks for a cache line that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* line)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(line);
        }
    }

    /// <summary>The sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sum(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* sums) =>
        (sums[0], sums[1], sums[2], sums[3]) = (Vector512.Sum(a), Vector512.Sum(b), Vector512.Sum(c), Vector512.Sum(d));
}
