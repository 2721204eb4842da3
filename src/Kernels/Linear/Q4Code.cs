using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// ggml's Q4_0: scale = (the weight with the largest magnitude) / -8, code = round(w / scale) + 8 in 0 to 15. The four steps of a quarter
/// share 32 words of 16 bits, the first step in their lowest nibbles.
/// </summary>
internal readonly unsafe struct Q4Code : IBlockCode
{
    private const int BitsPerCode = 4;
    private const int LargestCode = 15;

    public static int Zero => 8;

    public static int GroupBytes => WeightRows.Group / 2;

    public static float Quantise(ReadOnlySpan<float> weights, Span<int> codes)
    {
        var largest = 0f;
        foreach (var weight in weights)
        {
            largest = float.Abs(weight) > float.Abs(largest) ? weight : largest;
        }

        var scale = largest / -Zero;
        var inverse = scale == 0 ? 0 : 1 / scale;
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = int.Min((int)((weights[i] * inverse) + Zero + 0.5f), LargestCode);
        }

        return scale;
    }

    public static void Put(byte* group, int block, int index, int code)
    {
        var (quarter, step) = Math.DivRem(index / 2, 4);
        ((ushort*)group)[(quarter * WeightRows.Block) + (2 * block) + (index % 2)] |= (ushort)(code << (step * BitsPerCode));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Decode(byte* group, int quarter, int step)
    {
        var words = Vector512.Load((ushort*)group + (quarter * WeightRows.Block)) >> (step * BitsPerCode);
        return (step == 3 ? words : words & Vector512.Create((ushort)LargestCode)).AsInt16();
    }
}
