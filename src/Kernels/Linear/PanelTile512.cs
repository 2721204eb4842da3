using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Tiles of eight inputs and the whole width of a panel, in 16 sums of 512 bits.</summary>
internal static unsafe class PanelTile512
{
    /// <summary>Inputs of a tile.</summary>
    public const int Inputs = 8;

    /// <summary>Outputs of a tile.</summary>
    public const int Outputs = 2 * 16;

    /// <summary>sums[i][o] = sum over k of input[k][i] * panel[k][o].</summary>
    /// <param name="panel">[depth, <see cref="Panel.Width"/>], from the tile's first output on.</param>
    /// <param name="depth">Columns of the weights in the panel.</param>
    /// <param name="input">[depth, <see cref="Inputs"/>].</param>
    /// <param name="sums">[<see cref="Inputs"/>, <see cref="Outputs"/>].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, int depth, float* input, float* sums)
    {
        Vector512<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector512<float> e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        for (var k = 0; k < depth; k++, panel += Panel.Width, input += Inputs)
        {
            var (w0, w1) = (Vector512.Load(panel), Vector512.Load(panel + 16));
            var x = Vector512.Create(*input);
            a0 = Vector512.FusedMultiplyAdd(x, w0, a0);
            a1 = Vector512.FusedMultiplyAdd(x, w1, a1);
            x = Vector512.Create(input[1]);
            b0 = Vector512.FusedMultiplyAdd(x, w0, b0);
            b1 = Vector512.FusedMultiplyAdd(x, w1, b1);
            x = Vector512.Create(input[2]);
            c0 = Vector512.FusedMultiplyAdd(x, w0, c0);
            c1 = Vector512.FusedMultiplyAdd(x, w1, c1);
            x = Vector512.Create(input[3]);
            d0 = Vector512.FusedMultiplyAdd(x, w0, d0);
            d1 = Vector512.FusedMultiplyAdd(x, w1, d1);
            x = Vector512.Create(input[4]);
            e0 = Vector512.FusedMultiplyAdd(x, w0, e0);
            e1 = Vector512.FusedMultiplyAdd(x, w1, e1);
            x = Vector512.Create(input[5]);
            f0 = Vector512.FusedMultiplyAdd(x, w0, f0);
            f1 = Vector512.FusedMultiplyAdd(x, w1, f1);
            x = Vector512.Create(input[6]);
            g0 = Vector512.FusedMultiplyAdd(x, w0, g0);
            g1 = Vector512.FusedMultiplyAdd(x, w1, g1);
            x = Vector512.Create(input[7]);
            h0 = Vector512.FusedMultiplyAdd(x, w0, h0);
            h1 = Vector512.FusedMultiplyAdd(x, w1, h1);
        }

        a0.Store(sums);
        a1.Store(sums + 16);
        b0.Store(sums + Outputs);
        b1.Store(sums + Outputs + 16);
        c0.Store(sums + (2 * Outputs));
        c1.Store(sums + (2 * Outputs) + 16);
        d0.Store(sums + (3 * Outputs));
        d1.Store(sums + (3 * Outputs) + 16);
        e0.Store(sums + (4 * Outputs));
        e1.Store(sums + (4 * Outputs) + 16);
        f0.Store(sums + (5 * Outputs));
        f1.Store(sums + (5 * Outputs) + 16);
        g0.Store(sums + (6 * Outputs));
        g1.Store(sums + (6 * Outputs) + 16);
        h0.Store(sums + (7 * Outputs));
        h1.Store(sums + (7 * Outputs) + 16);
    }
}
