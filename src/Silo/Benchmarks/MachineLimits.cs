using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>What this machine can do at most, as far as we can make it: the measure of everything else.</summary>
internal sealed unsafe class MachineLimits : IDisposable
{
    private const long ReadBytes = 512L << 20;
    private const int ChunkBytes = 128 << 10;
    private const int GemmSide = 2048;

    private readonly NativeBuffer _memory = new(ReadBytes);

    /// <summary>Bytes that one <see cref="Read"/> reads.</summary>
    public long Bytes => ReadBytes;

    /// <summary>Reads memory that no cache holds, with all threads, and does nothing with it.</summary>
    public void Read() => ComputePool.Shared.Run((int)(ReadBytes / ChunkBytes), chunk =>
    {
        var start = _memory.Floats + (chunk * (long)(ChunkBytes / sizeof(float)));
        var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (var i = 0; i < ChunkBytes / sizeof(float); i += 4 * Vector512<float>.Count)
        {
            a += Vector512.Load(start + i);
            b += Vector512.Load(start + i + Vector512<float>.Count);
            c += Vector512.Load(start + i + (2 * Vector512<float>.Count));
            d += Vector512.Load(start + i + (3 * Vector512<float>.Count));
        }

        if (Vector512.Sum(a + b + c + d) != 0)
        {
            throw new InvalidOperationException("The memory is zeroed; its sum is not."); // so that the sum is computed
        }
    });

    /// <summary>The faster of libtorch's and our own product of square float32 matrices, in FLOP/s.</summary>
    public static (double Torch, double Ours) GemmPeak()
    {
        using var quiet = inference_mode();
        using var x = randn(GemmSide, GemmSide);
        using var w = randn(GemmSide, GemmSide);
        using var y = empty(GemmSide, GemmSide);
        using var weights = WeightMatrix.From(w, WeightFormat.Float32);
        var times = Stopwatches.InTurn(
            5,
            () => nn.functional.linear(x, w).Dispose(),
            () => LinearLayers.Multiply(
                ComputePool.Shared, TensorPointer.Of<float>(x), GemmSide, GemmSide, new LinearProduct(weights, TensorPointer.Of<float>(y), GemmSide)));
        const double Operations = 2.0 * GemmSide * GemmSide * GemmSide;
        return (Operations / times[0], Operations / times[1]);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
