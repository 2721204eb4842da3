using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MmiGrains.Kernels.Linear;

/// <summary>Tiles of six inputs and half the width of a panel, in 12 sums of 256 bits.</summary>
internal static unsafe class PanelTile256
{
    /// <summary>Inputs of a tile.</summary>
    public const int Inputs = 6;

    /// <summary>Outputs of a tile.</summary>
    public const int Outputs = 2 * 8;

    /// <summary>sums[i][o] = sum over k of input[k][i] * panel[k][o].</summary>
    /// <param name="panel">[depth, <see cref="Panel.Width"/>], from the tile's first output on.</param>
    /// <param name="depth">Columns of the weights in the panel.</param>
    /// <param name="input">[depth, <see cref="Inputs"/>].</param>
    /// <param name="sums">[<see cref="Inputs"/>, <see cref="Outputs"/>].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* panel, int depth, float* input, float* sums)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        Vector256<float> e0 = default, e1 = default, f0 = default, f1 = default;
        for (var k = 0; k < depth; k++, panel += Panel.Width, input += Inputs)
        {
            var (w0, w1) = (Vector256.Load(panel), Vector256.Load(panel + 8));
            var x = Vector256.Create(*input);
            a0 = Vector256.FusedMultiplyAdd(x, w0, a0);
            a1 = Vector256.FusedMultiplyAdd(x, w1, a1);
            x = Vector256.Create(input[1]);
            b0 = Vector256.FusedMultiplyAdd(x, w0, b0);
            b1 = Vector256.FusedMultiplyAdd(x, w1, b1);
            x = Vector256.Create(input[2]);
            c0 = Vector256.FusedMultiplyAdd(x, w0, c0);
            c1 = Vector256.FusedMultiplyAdd(x, w1, c1);
            x = Vector256.Create(input[3]);
            d0 = Vector256.FusedMultiplyAdd(x, w0, d0);
            d1 = Vector256.FusedMultiplyAdd(x, w1, d1);
            x = Vector256.Create(input[4]);
            e0 = Vector256.FusedMultiplyAdd(x, w0, e0);
            e1 = Vector256.FusedMultiplyAdd(x, w1, e1);
            x = Vector256.Create(input[5]);
            f0 = Vector256.FusedMultiplyAdd(x, w0, f0);
            f1 = Vector256.FusedMultiplyAdd(x, w1, f1);
        }

        a0.Store(sums);
        a1.Store(sums + 8);
        b0.Store(sums + Outputs);
        b1.Store(sums + Outputs + 8);
        c0.Store(sums + (2 * Outputs));
        c1.Store(sums + (2 * Outputs) + 8);
        d0.Store(sums + (3 * Outputs));
        d1.Store(sums + (3 * Outputs) + 8);
        e0.Store(sums + (4 * Outputs));
        e1.Store(sums + (4 * Outputs) + 8);
        f0.Store(sums + (5 * Outputs));
        f1.Store(sums + (5 * Outputs) + 8);
    }
}
