using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Memory;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// Many inputs times some rows of weights, bound by arithmetic. As in Goto's method (doi 10.1145/1356052.1356053): 32 rows of weights are
/// decoded and transposed into a panel [columns][32] a piece at a time, small enough to stay in the first cache, and every input passes
/// over it in tiles whose sums stay in registers.
/// </summary>
internal static unsafe class PanelProduct<TCode>
    where TCode : struct, IFloatCode
{
    private const int Width = Panel.Width;
    private const int Depth = 256; // columns of a piece: 32 KB as float32
    private const int Side = 4; // of the squares that are transposed

    [ThreadStatic]
    private static NativeBuffer? _rows;

    [ThreadStatic]
    private static NativeBuffer? _panel;

    private static int TileOutputs => Vector512.IsHardwareAccelerated ? PanelTile512.Outputs : PanelTile256.Outputs;

    /// <summary>Multiplies rows <paramref name="first"/> and following.</summary>
    public static void Run(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output)
    {
        var rows = (_rows ??= new NativeBuffer(sizeof(float) * Width * Depth)).Floats;
        var panel = (_panel ??= new NativeBuffer(sizeof(float) * Width * Depth)).Floats;
        for (var o = first; o < first + count; o += Width)
        {
            var used = int.Min(Width, first + count - o);
            for (var start = 0; start < weights.Inputs; start += Depth)
            {
                var depth = int.Min(Depth, weights.Inputs - start);
                Decode(weights, o, used, start, depth, rows);
                Transpose(rows, depth, panel);
                Multiply(panel, depth, input, start, output with { Adds = output.Adds || start > 0 }, o, used);
            }
        }
    }

    private static void Decode(WeightMatrix weights, int first, int used, int start, int depth, float* rows)
    {
        for (var r = 0; r < used; r++)
        {
            for (var v = 0; v * WeightRows.Vector < depth; v++)
            {
                TCode.Decode(weights.Row(first + r), (start / WeightRows.Vector) + v).Store(rows + (r * Depth) + (v * WeightRows.Vector));
            }
        }
    }

    // panel[column][row] = rows[row][column], in squares of four by four
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* rows, int depth, float* panel)
    {
        for (var r = 0; r < Width; r += Side)
        {
            float* r0 = rows + (r * Depth), r1 = r0 + Depth, r2 = r1 + Depth, r3 = r2 + Depth;
            var to = panel + r;
            for (var c = 0; c < depth; c += Side, to += Side * Width)
            {
                Wide.Transpose(Vector128.Load(r0 + c), Vector128.Load(r1 + c), Vector128.Load(r2 + c), Vector128.Load(r3 + c), to, Width);
            }
        }
    }

    private static void Multiply(float* panel, int depth, LinearInput input, int start, LinearOutput output, int column, int used)
    {
        var sums = stackalloc float[PanelTile512.Inputs * PanelTile512.Outputs];
        for (var tile = 0; tile < input.Tiles; tile++)
        {
            var numbers = input.Tile(tile) + ((long)start * LinearInput.TileRows);
            for (var part = 0; part < used; part += TileOutputs)
            {
                if (Vector512.IsHardwareAccelerated)
                {
                    PanelTile512.Multiply(panel + part, depth, numbers, sums);
                }
                else
                {
                    PanelTile256.Multiply(panel + part, depth, numbers, sums);
                }

                var first = tile * LinearInput.TileRows;
                for (var i = 0; i < LinearInput.TileRows && first + i < input.Rows; i++)
                {
                    output.Put(first + i, column + part, int.Min(TileOutputs, used - part), sums + (i * TileOutputs));
                }
            }
        }
    }
}
