using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Few inputs times many rows of weights that are numbers, bound by reading the weights: one input meets eight rows at a time, several
/// inputs meet four rows four at a time. Either way an output is one chain of fused multiply-adds over vectors of 16, so that it does not
/// depend on the company it is computed in.
/// </summary>
internal static unsafe class FloatRows<TCode>
    where TCode : struct, IFloatCode
{
    private const int Tile = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output)
    {
        var vectors = input.Vectors;
        var sums = stackalloc float[Tile * Tile];
        if (input.Rows == 1)
        {
            for (var o = first; o < first + count; o += 2 * Tile)
            {
                One(new TileRows(weights, o, first + count - 1), input.Row(0), vectors, sums);
                output.Put(0, o, int.Min(2 * Tile, first + count - o), sums);
            }

            return;
        }

        for (var o = first; o < first + count; o += Tile)
        {
            for (var i = 0; i < input.Rows; i += Tile)
            {
                var last = input.Rows - 1;
                Four(
                    new TileRows(weights, o, first + count - 1), input.Row(i), input.Row(int.Min(i + 1, last)), input.Row(int.Min(i + 2, last)),
                    input.Row(int.Min(i + 3, last)), vectors, sums);
                for (var k = 0; k < Tile && i + k < input.Rows; k++)
                {
                    output.Put(i + k, o, int.Min(Tile, first + count - o), sums + (k * Tile));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(TileRows rows, float* x, int vectors, float* sums)
    {
        byte* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var ahead = rows.TileBytes(2 * Tile);
        for (var v = 0; v < vectors; v++)
        {
            // Narrow weights are computed fast enough to outrun the processor's own prefetching; float32 is not, and only slowed.
            if (TCode.Bytes < sizeof(float) && v % (WeightRows.CacheLine / (WeightRows.Vector * TCode.Bytes)) == 0)
            {
                var line = ahead + (v * WeightRows.Vector * TCode.Bytes);
                TileRows.Prefetch(r0 + line);
                TileRows.Prefetch(r1 + line);
                TileRows.Prefetch(r2 + line);
                TileRows.Prefetch(r3 + line);
                TileRows.Prefetch(r4 + line);
                TileRows.Prefetch(r5 + line);
                TileRows.Prefetch(r6 + line);
                TileRows.Prefetch(r7 + line);
            }

            var i = Vector512.Load(x + (v * WeightRows.Vector));
            a = Vector512.FusedMultiplyAdd(TCode.Decode(r0, v), i, a);
            b = Vector512.FusedMultiplyAdd(TCode.Decode(r1, v), i, b);
            c = Vector512.FusedMultiplyAdd(TCode.Decode(r2, v), i, c);
            d = Vector512.FusedMultiplyAdd(TCode.Decode(r3, v), i, d);
            e = Vector512.FusedMultiplyAdd(TCode.Decode(r4, v), i, e);
            f = Vector512.FusedMultiplyAdd(TCode.Decode(r5, v), i, f);
            g = Vector512.FusedMultiplyAdd(TCode.Decode(r6, v), i, g);
            h = Vector512.FusedMultiplyAdd(TCode.Decode(r7, v), i, h);
        }

        TileRows.Sum(a, b, c, d, sums);
        TileRows.Sum(e, f, g, h, sums + Tile);
    }

    // sums[4 * input + row]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Four(TileRows rows, float* x0, float* x1, float* x2, float* x3, int vectors, float* sums)
    {
        byte* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3];
        Vector512<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        for (var v = 0; v < vectors; v++)
        {
            var (w0, w1, w2, w3) = (TCode.Decode(r0, v), TCode.Decode(r1, v), TCode.Decode(r2, v), TCode.Decode(r3, v));
            var i = Vector512.Load(x0 + (v * WeightRows.Vector));
            a0 = Vector512.FusedMultiplyAdd(w0, i, a0);
            a1 = Vector512.FusedMultiplyAdd(w1, i, a1);
            a2 = Vector512.FusedMultiplyAdd(w2, i, a2);
            a3 = Vector512.FusedMultiplyAdd(w3, i, a3);
            i = Vector512.Load(x1 + (v * WeightRows.Vector));
            b0 = Vector512.FusedMultiplyAdd(w0, i, b0);
            b1 = Vector512.FusedMultiplyAdd(w1, i, b1);
            b2 = Vector512.FusedMultiplyAdd(w2, i, b2);
            b3 = Vector512.FusedMultiplyAdd(w3, i, b3);
            i = Vector512.Load(x2 + (v * WeightRows.Vector));
            c0 = Vector512.FusedMultiplyAdd(w0, i, c0);
            c1 = Vector512.FusedMultiplyAdd(w1, i, c1);
            c2 = Vector512.FusedMultiplyAdd(w2, i, c2);
            c3 = Vector512.FusedMultiplyAdd(w3, i, c3);
            i = Vector512.Load(x3 + (v * WeightRows.Vector));
            d0 = Vector512.FusedMultiplyAdd(w0, i, d0);
            d1 = Vector512.FusedMultiplyAdd(w1, i, d1);
            d2 = Vector512.FusedMultiplyAdd(w2, i, d2);
            d3 = Vector512.FusedMultiplyAdd(w3, i, d3);
        }

        TileRows.Sum(a0, a1, a2, a3, sums);
        TileRows.Sum(b0, b1, b2, b3, sums + Tile);
        TileRows.Sum(c0, c1, c2, c3, sums + (2 * Tile));
        TileRows.Sum(d0, d1, d2, d3, sums + (3 * Tile));
    }
}
