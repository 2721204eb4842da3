using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// ggml's Q4_0: scale = (the weight with the largest magnitude) / -8, code = round(w / scale) + 8 in 0 to 15. Two codes share a byte; only
/// their order is ours.
/// </summary>
internal readonly unsafe struct Q4Code : IBlockCode
{
    private const int Step = 4 * WeightRows.GroupBlocks;
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

    // In four steps of 64 bytes, each with four bytes of every block: codes 8s to 8s + 3 in their lower halves, 8s + 4 to 8s + 7 in the upper.
    public static void Put(byte* group, int block, int index, int code) => *Place(group, block, index) |= (byte)(code << Shift(index));

    public static int Get(byte* group, int block, int index) => (*Place(group, block, index) >> Shift(index)) & LargestCode;

    // An input is 256 * high + low, so that bytes meet bytes; each of the two sums fits 16 bits: at most 16 products of 15 * 128.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(byte* group, IntegerGroup* x)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            return x->Excess + Vector512.Create(MultiplyHalf(group, x, 0), MultiplyHalf(group, x, Step / 2));
        }

        var (high, low) = (Vector512<short>.Zero, Vector512<short>.Zero);
        for (var step = 0; step < 4; step++)
        {
            var (even, odd) = Split(Vector512.Load(group + (step * Step)));
            var at = 2 * step * Step;
            low += Wide.MultiplyBytePairs(even, Vector512.Load(x->Low + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(x->Low + at + Step));
            high += Wide.MultiplyBytePairs(even, Vector512.Load(x->High + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(x->High + at + Step));
        }

        return x->Excess + Join(high, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<int> X, Vector512<int> Y) Multiply(byte* group, IntegerGroup* x, IntegerGroup* y)
    {
        if (!Vector512.IsHardwareAccelerated)
        {
            return (Multiply(group, x), Multiply(group, y));
        }

        var (high, low) = (Vector512<short>.Zero, Vector512<short>.Zero);
        var (otherHigh, otherLow) = (high, low);
        for (var step = 0; step < 4; step++)
        {
            var (even, odd) = Split(Vector512.Load(group + (step * Step)));
            var at = 2 * step * Step;
            low += Wide.MultiplyBytePairs(even, Vector512.Load(x->Low + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(x->Low + at + Step));
            high += Wide.MultiplyBytePairs(even, Vector512.Load(x->High + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(x->High + at + Step));
            otherLow += Wide.MultiplyBytePairs(even, Vector512.Load(y->Low + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(y->Low + at + Step));
            otherHigh += Wide.MultiplyBytePairs(even, Vector512.Load(y->High + at)) + Wide.MultiplyBytePairs(odd, Vector512.Load(y->High + at + Step));
        }

        return (x->Excess + Join(high, low), y->Excess + Join(otherHigh, otherLow));
    }

    // Half of the blocks, in 256 bits: where there are no more, pairs of them are not always kept in registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> MultiplyHalf(byte* group, IntegerGroup* x, int half)
    {
        var (high, low, mask) = (Vector256<short>.Zero, Vector256<short>.Zero, Vector256.Create((byte)LargestCode));
        for (var step = 0; step < 4; step++)
        {
            var codes = Vector256.Load(group + (step * Step) + half);
            var (even, odd) = (codes & mask, (codes.AsUInt16() >> BitsPerCode).AsByte() & mask);
            var at = (2 * step * Step) + half;
            low += Wide.MultiplyBytePairs(even, Vector256.Load(x->Low + at)) + Wide.MultiplyBytePairs(odd, Vector256.Load(x->Low + at + Step));
            high += Wide.MultiplyBytePairs(even, Vector256.Load(x->High + at)) + Wide.MultiplyBytePairs(odd, Vector256.Load(x->High + at + Step));
        }

        return Wide.MultiplyPairs(high, Vector256.Create((short)256)) + Wide.MultiplyPairs(low, Vector256<short>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<byte> Even, Vector512<byte> Odd) Split(Vector512<byte> codes)
    {
        var mask = Vector512.Create((byte)LargestCode);
        return (codes & mask, (codes.AsUInt16() >> BitsPerCode).AsByte() & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Join(Vector512<short> high, Vector512<short> low) =>
        Wide.MultiplyPairs(high, Vector512.Create((short)256)) + Wide.MultiplyPairs(low, Vector512<short>.One);

    private static byte* Place(byte* group, int block, int index) => group + (index / 8 * Step) + (4 * block) + (index % 4);

    private static int Shift(int index) => index % 8 < 4 ? 0 : BitsPerCode;
}
