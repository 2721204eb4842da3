using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MmiGrains.Model.Imaging;

/// <summary>
/// Both passes with AVX2. A weight w of 24 bits is split into 16-bit halves, w = high x 2^16 + low with low signed, so that one
/// multiply-add instruction handles eight pairs of taps; the sums wrap modulo 2^32 on the way and end equal to the scalar ones.
/// </summary>
internal sealed class Avx2Resampling : IResamplingPasses
{
    private const int TapsPerGroup = 4;
    private const int ShortsPerGroup = 32;

    // From twelve bytes RGBRGBRGBRGB: pairs (tap, next tap) of each channel as 16-bit numbers, two taps in each half.
    private static readonly Vector256<byte> PairTaps = Vector256.Create(
        0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255,
        6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255);

    private static readonly ScalarResampling Scalar = new();

    public static bool IsSupported => Avx2.IsSupported;

    public unsafe void Horizontal(ReadOnlySpan<byte> source, int stride, int rows, FilterTaps taps, Span<byte> output)
    {
        var groups = (taps.Longest + TapsPerGroup - 1) / TapsPerGroup;
        var outputStride = 3 * taps.Count;

        // A load takes 16 bytes for the 12 that it uses, which the last row or rows may not have.
        var reach = (3L * taps.Starts[^1]) + (3 * TapsPerGroup * (groups - 1)) + Vector128<byte>.Count;
        var safeRows = source.Length < reach ? 0 : (int)Math.Min(((source.Length - reach) / stride) + 1, rows);
        fixed (byte* from = source, to = output)
        fixed (short* weights = SplitByGroup(taps, groups))
        fixed (int* starts = taps.Starts)
        {
            for (var y = 0; y < safeRows; y++)
            {
                HorizontalRow(from + ((long)y * stride), starts, weights, groups, taps.Count, to + ((long)y * outputStride));
            }
        }

        Scalar.Horizontal(source[(safeRows * stride)..], stride, rows - safeRows, taps, output[(safeRows * outputStride)..]);
    }

    public unsafe void Vertical(ReadOnlySpan<byte> source, int stride, FilterTaps taps, Span<byte> output)
    {
        var wideColumns = stride - (stride % Vector128<byte>.Count);
        fixed (byte* from = source, to = output)
        fixed (int* allWeights = taps.Weights)
        {
            for (var i = 0; i < taps.Count; i++)
            {
                var top = from + ((long)(taps.Starts[i] - taps.FirstSource) * stride);
                var weights = allWeights + ((long)i * taps.Longest);
                for (var column = 0; column < wideColumns; column += Vector128<byte>.Count)
                {
                    VerticalBlock(top + column, stride, weights, taps.Lengths[i]).Store(to + ((long)i * stride) + column);
                }

                ScalarResampling.VerticalRow(source, stride, taps, i, wideColumns, output.Slice(i * stride, stride));
            }
        }
    }

    private static unsafe void HorizontalRow(byte* row, int* starts, short* weights, int groups, int count, byte* output)
    {
        for (var i = 0; i < count; i++)
        {
            var pixels = row + (3 * starts[i]);
            var (low, high) = (Vector256<int>.Zero, Vector256<int>.Zero);
            for (var group = 0; group < groups; group++)
            {
                var pairs = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(pixels), PairTaps).AsInt16();
                low += Avx2.MultiplyAddAdjacent(pairs, Vector256.Load(weights));
                high += Avx2.MultiplyAddAdjacent(pairs, Vector256.Load(weights + 16));
                pixels += 3 * TapsPerGroup;
                weights += ShortsPerGroup;
            }

            var sums = Join(low, high);
            var channels = Sse2.PackSignedSaturate(Round(sums.GetLower() + sums.GetUpper()), Vector128<int>.Zero);
            var rgb = Sse2.PackUnsignedSaturate(channels, channels).AsUInt32().ToScalar();
            *(ushort*)output = (ushort)rgb;
            output[2] = (byte)(rgb >> 16);
            output += 3;
        }
    }

    private static unsafe Vector128<byte> VerticalBlock(byte* source, int stride, int* weights, int length)
    {
        var (leftLow, leftHigh) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var (rightLow, rightHigh) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var tap = 0; tap < length; tap += 2)
        {
            var isPair = tap + 1 < length;
            var upper = Vector128.Load(source);
            var lower = isPair ? Vector128.Load(source + stride) : Vector128<byte>.Zero;
            var (low, high) = SplitPair(weights[tap], isPair ? weights[tap + 1] : 0);
            var left = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(upper, lower));
            var right = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(upper, lower));
            leftLow += Avx2.MultiplyAddAdjacent(left, low);
            leftHigh += Avx2.MultiplyAddAdjacent(left, high);
            rightLow += Avx2.MultiplyAddAdjacent(right, low);
            rightHigh += Avx2.MultiplyAddAdjacent(right, high);
            source += 2L * stride;
        }

        var leftSums = Join(leftLow, leftHigh);
        var rightSums = Join(rightLow, rightHigh);
        var columns0To7 = Sse2.PackSignedSaturate(Round(leftSums.GetLower()), Round(leftSums.GetUpper()));
        var columns8To15 = Sse2.PackSignedSaturate(Round(rightSums.GetLower()), Round(rightSums.GetUpper()));
        return Sse2.PackUnsignedSaturate(columns0To7, columns8To15);
    }

    // [output pixel][group][low, high][half of two taps][channel, the fourth unused][tap]
    private static short[] SplitByGroup(FilterTaps taps, int groups)
    {
        var split = new short[(long)taps.Count * groups * ShortsPerGroup];
        for (var i = 0; i < taps.Count; i++)
        {
            for (var tap = 0; tap < taps.Lengths[i]; tap++)
            {
                var (low, high) = Split(taps.Weights[(i * taps.Longest) + tap]);
                var (group, inGroup) = Math.DivRem(tap, TapsPerGroup);
                var at = (((i * groups) + group) * ShortsPerGroup) + (inGroup / 2 * 8) + (inGroup % 2);
                for (var channel = 0; channel < 3; channel++)
                {
                    split[at + (2 * channel)] = low;
                    split[at + (2 * channel) + 16] = high;
                }
            }
        }

        return split;
    }

    private static (Vector256<short> Low, Vector256<short> High) SplitPair(int first, int second)
    {
        var (firstLow, firstHigh) = Split(first);
        var (secondLow, secondHigh) = Split(second);
        return (Pair(firstLow, secondLow), Pair(firstHigh, secondHigh));
    }

    private static Vector256<short> Pair(short first, short second) =>
        Vector256.Create((ushort)first | ((ushort)second << 16)).AsInt16();

    private static (short Low, short High) Split(int weight)
    {
        var low = (short)weight;
        return (low, (short)((weight - low) >> 16));
    }

    private static Vector256<int> Join(Vector256<int> low, Vector256<int> high) => low + (high << 16);

    private static Vector128<int> Round(Vector128<int> sums) =>
        (sums + Vector128.Create(1 << (FilterTaps.PrecisionBits - 1))) >> FilterTaps.PrecisionBits;
}
