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
    private const int Tile = 4;
    private const int Quarters = 4;
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
            var rows = new TileRows(weights, o, first + count - 1);
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
    private static void One(TileRows rows, int groups, IntegerGroup* x, float* sums)
    {
        byte* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        var scales = (long)groups * TCode.GroupBytes;
        var ahead = rows.TileBytes(Tile);
        Vector512<float> a = default, b = default, c = default, d = default;
        for (var g = 0; g < groups; g++, x++)
        {
            var start = TCode.Zero == 0 ? Vector512<int>.Zero : x->Excess;
            var (p, q, r, s) = (start, start, start, start);
            for (var quarter = 0; quarter < Quarters; quarter++)
            {
                var steps = x->Steps + (quarter * 4 * WeightRows.Block);
                p = Add(p, r0, quarter, steps);
                Prefetch(r0 + ahead, quarter);
                q = Add(q, r1, quarter, steps);
                Prefetch(r1 + ahead, quarter);
                r = Add(r, r2, quarter, steps);
                Prefetch(r2 + ahead, quarter);
                s = Add(s, r3, quarter, steps);
                Prefetch(r3 + ahead, quarter);
            }

            var scale = x->Scale;
            var at = scales - (g * (TCode.GroupBytes - BlockScales.GroupBytes));
            a = Scale(a, p, r0 + at, scale);
            b = Scale(b, q, r1 + at, scale);
            c = Scale(c, r, r2 + at, scale);
            d = Scale(d, s, r3 + at, scale);
            r0 += TCode.GroupBytes;
            r1 += TCode.GroupBytes;
            r2 += TCode.GroupBytes;
            r3 += TCode.GroupBytes;
        }

        TileRows.Sum(a, b, c, d, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Two(TileRows rows, int groups, IntegerGroup* x, IntegerGroup* y, float* sums)
    {
        byte* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        var scales = (long)groups * TCode.GroupBytes;
        var ahead = rows.TileBytes(Tile);
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        for (var group = 0; group < groups; group++, x++, y++)
        {
            var (start, other) = TCode.Zero == 0 ? (Vector512<int>.Zero, Vector512<int>.Zero) : (x->Excess, y->Excess);
            var (p, q, r, s) = (start, start, start, start);
            var (t, u, v, w) = (other, other, other, other);
            for (var quarter = 0; quarter < Quarters; quarter++)
            {
                short* first = x->Steps + (quarter * 4 * WeightRows.Block), second = y->Steps + (quarter * 4 * WeightRows.Block);
                Add(ref p, ref t, r0, quarter, first, second);
                Prefetch(r0 + ahead, quarter);
                Add(ref q, ref u, r1, quarter, first, second);
                Prefetch(r1 + ahead, quarter);
                Add(ref r, ref v, r2, quarter, first, second);
                Prefetch(r2 + ahead, quarter);
                Add(ref s, ref w, r3, quarter, first, second);
                Prefetch(r3 + ahead, quarter);
            }

            var at = scales - (group * (TCode.GroupBytes - BlockScales.GroupBytes));
            a = Scale(a, p, r0 + at, x->Scale);
            b = Scale(b, q, r1 + at, x->Scale);
            c = Scale(c, r, r2 + at, x->Scale);
            d = Scale(d, s, r3 + at, x->Scale);
            e = Scale(e, t, r0 + at, y->Scale);
            f = Scale(f, u, r1 + at, y->Scale);
            g = Scale(g, v, r2 + at, y->Scale);
            h = Scale(h, w, r3 + at, y->Scale);
            r0 += TCode.GroupBytes;
            r1 += TCode.GroupBytes;
            r2 += TCode.GroupBytes;
            r3 += TCode.GroupBytes;
        }

        TileRows.Sum(a, b, c, d, sums);
        TileRows.Sum(e, f, g, h, sums + Tile);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Add(Vector512<int> sum, byte* group, int quarter, short* x) =>
        sum + (Multiply(group, quarter, 0, x) + Multiply(group, quarter, 1, x) + (Multiply(group, quarter, 2, x) + Multiply(group, quarter, 3, x)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Multiply(byte* group, int quarter, int step, short* x) =>
        Wide.MultiplyPairs(TCode.Decode(group, quarter, step), Vector512.Load(x + (step * WeightRows.Block)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref Vector512<int> sum, ref Vector512<int> other, byte* group, int quarter, short* x, short* y)
    {
        for (var step = 0; step < 4; step++)
        {
            var codes = TCode.Decode(group, quarter, step);
            sum += Wide.MultiplyPairs(codes, Vector512.Load(x + (step * WeightRows.Block)));
            other += Wide.MultiplyPairs(codes, Vector512.Load(y + (step * WeightRows.Block)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(byte* group, int quarter)
    {
        for (var line = 0; line < TCode.GroupBytes / Quarters; line += TileRows.CacheLine)
        {
            TileRows.Prefetch(group + (quarter * (TCode.GroupBytes / Quarters)) + line);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> sum, Vector512<int> products, byte* scales, Vector512<float> inputScale) =>
        Vector512.FusedMultiplyAdd(Vector512.ConvertToSingle(products), BlockScales.Load((ushort*)scales) * inputScale, sum);
}
