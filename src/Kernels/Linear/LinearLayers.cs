using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// y[r, o] = sum over i of x[r, i] * w[o, i], for weights in any <see cref="WeightFormat"/> and float32 inputs. Work is cut into runs of
/// output rows of about <see cref="ChunkBytes"/> of weights, so that each thread streams through its own.
/// </summary>
public static unsafe class LinearLayers
{
    private const long ChunkBytes = 96 << 10;

    [ThreadStatic]
    private static LinearInput? t_input;

    /// <summary>Multiplies few rows of input with the weights of several layers.</summary>
    /// <param name="pool">Threads.</param>
    /// <param name="input">[rows, inputs], float32.</param>
    /// <param name="inputStride">Floats from one row of the input to the next.</param>
    /// <param name="rows">Rows of input.</param>
    /// <param name="products">The layers, all of the input's width.</param>
    public static void Multiply(ComputePool pool, nint input, long inputStride, int rows, params LinearProduct[] products)
    {
        if (products.FirstOrDefault(product => product.Weights.Inputs != products[0].Weights.Inputs).Weights is { } other)
        {
            throw new ArgumentException(
                $"Layers that share an input must have its width: one reads {products[0].Weights.Inputs} numbers, another {other.Inputs}.");
        }

        var x = t_input ??= new LinearInput();
        x.Set((float*)input, inputStride, rows, products[0].Weights.Inputs, products.Any(product => product.Weights.Kernel.ReadsIntegers));
        var starts = new int[products.Length + 1]; // chunks before each layer
        for (var p = 0; p < products.Length; p++)
        {
            starts[p + 1] = starts[p] + ((products[p].Weights.Outputs + RowsOfChunk(products[p].Weights) - 1) / RowsOfChunk(products[p].Weights));
        }

        pool.Run(starts[^1], chunk =>
        {
            var p = 0;
            while (chunk >= starts[p + 1])
            {
                p++;
            }

            var (weights, size) = (products[p].Weights, RowsOfChunk(products[p].Weights));
            var first = (chunk - starts[p]) * size;
            weights.Kernel.Multiply(
                weights, first, int.Min(size, weights.Outputs - first), x, new LinearOutput(products[p].Output, products[p].OutputStride, products[p].Adds));
        });
    }

    private static int RowsOfChunk(WeightMatrix weights) => (int)long.Clamp(ChunkBytes * weights.Outputs / weights.ByteCount, 1, weights.Outputs);
}
