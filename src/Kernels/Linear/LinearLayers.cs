using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// y[r, o] = sum over i of x[r, i] * w[o, i], for weights in any <see cref="WeightFormat"/> and float32 inputs. Work is cut into runs
/// of outputs, each computed by one thread from beginning to end.
/// </summary>
public static unsafe class LinearLayers
{
    [ThreadStatic]
    private static LinearInput? _input;

    /// <summary>Multiplies rows of input with the weights of several layers.</summary>
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

        var x = _input ??= new LinearInput();
        var forms = products.Aggregate(default(InputForm), (all, product) => all | product.Weights.Kernel.FormOf(rows));
        x.Set(pool, (float*)input, inputStride, rows, products[0].Weights.Inputs, forms);

        var sizes = products.Select(product => product.Weights.Kernel.ChunkOf(product.Weights, rows)).ToArray();
        var starts = new int[products.Length + 1]; // chunks before each layer
        for (var p = 0; p < products.Length; p++)
        {
            starts[p + 1] = starts[p] + ((products[p].Weights.Outputs + sizes[p] - 1) / sizes[p]);
        }

        pool.Run(starts[^1], chunk =>
        {
            var p = 0;
            while (chunk >= starts[p + 1])
            {
                p++;
            }

            var (weights, first) = (products[p].Weights, (chunk - starts[p]) * sizes[p]);
            var output = new LinearOutput(products[p].Output, products[p].OutputStride, products[p].Adds);
            weights.Kernel.Multiply(weights, first, int.Min(sizes[p], weights.Outputs - first), x, output);
        });
    }
}
