using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Few inputs times many rows of block codes: out = sum over blocks of scale * input scale * sum of (code - zero) * integer. Four rows meet
/// one input or two at a time. Products are summed in 32-bit integers, a block in a lane, and scaled once per group of 16 blocks. An output
/// is one chain over its groups, so that it does not depend on the company it is computed in.
/// </summary>
internal static unsafe class BlockRows<TCode>
    where TCode : struct, IBlockCode
{
    private const int Tile = BlockTile<TCode>.Rows;
    private const int Ahead = 4096; // bytes between what is read and what is asked for
    private const int InputsAtOnce = 64; // they stay in the second cache while a chunk of weights passes

    public static void Run(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output)
    {
        for (var i = 0; i < input.Rows; i += InputsAtOnce)
        {
            Run(weights, first, count, input, i, int.Min(i + InputsAtOnce, input.Rows), output);
        }
    }

    private static void Run(WeightMatrix weights, int first, int count, LinearInput input, int from, int to, LinearOutput output)
    {
        var sums = stackalloc float[2 * Tile];
        for (var o = first; o < first + count; o += Tile)
        {
            var rows = weights.Row(o);
            var used = int.Min(Tile, first + count - o);
            var i = from;
            for (; i + 1 < to; i += 2)
            {
                Two(rows, input.Groups, input.Integers(i), input.Integers(i + 1), sums);
                output.Put(i, o, used, sums);
                output.Put(i + 1, o, used, sums + Tile);
            }

            if (i < to)
            {
                One(rows, input.Groups, input.Integers(i), sums);
                output.Put(i, o, used, sums);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(byte* rows, int groups, IntegerGroup* x, float* sums)
    {
        var (row, groupBytes) = (TCode.GroupBytes, BlockTile<TCode>.GroupBytes);
        Vector512<float> a = default, b = default, c = default, d = default;
        for (var g = 0; g < groups; g++, x++, rows += groupBytes)
        {
            Prefetch(rows, groupBytes);
            var scales = (ushort*)(rows + (Tile * row));
            a = Scale(a, TCode.Multiply(rows, x), scales, x->Scale);
            b = Scale(b, TCode.Multiply(rows + row, x), scales + WeightRows.GroupBlocks, x->Scale);
            c = Scale(c, TCode.Multiply(rows + (2 * row), x), scales + (2 * WeightRows.GroupBlocks), x->Scale);
            d = Scale(d, TCode.Multiply(rows + (3 * row), x), scales + (3 * WeightRows.GroupBlocks), x->Scale);
        }

        TileRows.Sum(a, b, c, d, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(byte* rows, int groups, IntegerGroup* x, IntegerGroup* y, float* sums)
    {
        var (row, groupBytes) = (TCode.GroupBytes, BlockTile<TCode>.GroupBytes);
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var group = 0; group < groups; group++, x++, y++, rows += groupBytes)
        {
            Prefetch(rows, groupBytes);
            var scales = (ushort*)(rows + (Tile * row));
            var (p, q) = TCode.Multiply(rows, x, y);
            a = Scale(a, p, scales, x->Scale);
            e = Scale(e, q, scales, y->Scale);
            (p, q) = TCode.Multiply(rows + row, x, y);
            b = Scale(b, p, scales + WeightRows.GroupBlocks, x->Scale);
            f = Scale(f, q, scales + WeightRows.GroupBlocks, y->Scale);
            (p, q) = TCode.Multiply(rows + (2 * row), x, y);
            c = Scale(c, p, scales + (2 * WeightRows.GroupBlocks), x->Scale);
            g = Scale(g, q, scales + (2 * WeightRows.GroupBlocks), y->Scale);
            (p, q) = TCode.Multiply(rows + (3 * row), x, y);
            d = Scale(d, p, scales + (3 * WeightRows.GroupBlocks), x->Scale);
            h = Scale(h, q, scales + (3 * WeightRows.GroupBlocks), y->Scale);
        }

        TileRows.Sum(a, b, c, d, sums);
        TileRows.Sum(e, f, g, h, sums + Tile);
    }

    // Asks for as much as one group, some groups ahead.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* group, int bytes)
    {
        for (var line = 0; line < bytes; line += WeightRows.CacheLine)
        {
            TileRows.Prefetch(group + Ahead + line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> sum, Vector512<int> products, ushort* scales, Vector512<float> inputScale) =>
        Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(products), BlockScales.Load(scales) * inputScale, sum);
}
