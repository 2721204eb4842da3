using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>One row of input times matrices that no cache holds, against the time that reading their bytes takes; and against libtorch.</summary>
internal static class LinearBenchmark
{
    private const int Side = 4096;
    private const long LeastBytes = 256L << 20;

    public static IEnumerable<BenchmarkRow> Run(MachineLimits limits)
    {
        foreach (var (format, goal) in new[] { (WeightFormat.Float32, 0.85), (WeightFormat.BFloat16, (double?)null), (WeightFormat.Q8, 0.85), (WeightFormat.Q4, null) })
        {
            using var scope = NewDisposeScope();
            using var quiet = inference_mode();
            manual_seed(2);
            var matrices = new List<WeightMatrix>();
            var source = randn(Side, Side);
            do
            {
                matrices.Add(WeightMatrix.From(format == WeightFormat.Float32 ? source.clone() : source, format));
            }
            while (matrices.Sum(matrix => matrix.ByteCount) < LeastBytes);

            var (x, y) = (randn(1, Side), empty(1, Side));
            void Multiply()
            {
                foreach (var matrix in matrices)
                {
                    LinearLayers.Multiply(ComputePool.Shared, TensorPointer.Of<float>(x), Side, 1, new LinearProduct(matrix, TensorPointer.Of<float>(y), Side));
                }
            }

            var times = Stopwatches.InTurn(15, Multiply, limits.Read);
            var bytes = matrices.Sum(matrix => matrix.ByteCount);
            var (rate, limit) = (bytes / times[0] / 1e9, limits.Bytes / times[1] / 1e9);
            yield return new($"one row times weights, {format}", $"{Side} x {Side}, {matrices.Count} matrices", rate, "GB/s", limit, rate / limit, goal);
            matrices.ForEach(matrix => matrix.Dispose());
        }

        foreach (var format in Enum.GetValues<WeightFormat>())
        {
            yield return ManyRows(format);
        }
    }

    // A prompt's product against libtorch's in float32.
    private static BenchmarkRow ManyRows(WeightFormat format)
    {
        const int Rows = 256, Inputs = 2048, Outputs = 5632;
        using var scope = NewDisposeScope();
        using var quiet = inference_mode();
        manual_seed(2);
        var (x, source, y) = (randn(Rows, Inputs), randn(Outputs, Inputs), empty(Rows, Outputs));
        using var weights = WeightMatrix.From(source, format);
        var times = Stopwatches.InTurn(
            9,
            () => LinearLayers.Multiply(
                ComputePool.Shared, TensorPointer.Of<float>(x), Inputs, Rows, new LinearProduct(weights, TensorPointer.Of<float>(y), Outputs)),
            () => nn.functional.linear(x, source).Dispose());
        const double Operations = 2.0 * Rows * Inputs * Outputs / 1e9;
        return new(
            $"many rows times weights, {format}, over libtorch in float32", $"{Rows} x {Inputs} x {Outputs}", Operations / times[0], "GFLOP/s",
            Operations / times[1], times[1] / times[0]);
    }
}
