using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Kernels.Linear;

/// <summary>
/// The weights of a linear layer as kernels on the CPU read them, row by row. Owns its memory, unless it is float32 with rows of whole
/// vectors: then it reads the tensor's own.
/// </summary>
public sealed unsafe class WeightMatrix : IDisposable
{
    private const int RowsAtOnce = 64;

    private readonly NativeBuffer? _memory;
    private readonly Tensor? _shared;
    private readonly byte* _rows;

    private WeightMatrix(int outputs, int inputs, WeightFormat format)
    {
        (Outputs, Inputs, Format, Kernel) = (outputs, inputs, format, WeightKernel.For(format));
        RowBytes = Kernel.RowBytes(inputs);
        _memory = new NativeBuffer(WeightRows.RoundUp(outputs, WeightRows.Tile) * RowBytes);
        _rows = _memory.Pointer;
    }

    private WeightMatrix(Tensor shared)
    {
        (Outputs, Inputs, Format) = ((int)shared.shape[0], (int)shared.shape[1], WeightFormat.Float32);
        Kernel = WeightKernel.For(Format);
        RowBytes = Inputs * (long)sizeof(float);
        _shared = shared.detach().alias().DetachFromDisposeScope();
        _rows = (byte*)TensorPointer.Of<float>(_shared);
    }

    /// <summary>Rows: the layer's outputs.</summary>
    public int Outputs { get; }

    /// <summary>Columns: the layer's inputs.</summary>
    public int Inputs { get; }

    /// <summary>How they are kept.</summary>
    public WeightFormat Format { get; }

    /// <summary>Bytes that one product reads.</summary>
    public long ByteCount => Outputs * RowBytes;

    /// <summary>Takes over a layer's weights.</summary>
    /// <param name="weights">[outputs, inputs], any floating-point type, on any device.</param>
    /// <param name="format">How to keep them. Float32 may go on sharing the tensor's memory, so that a later change of it is seen.</param>
    /// <param name="pool">Threads to encode with; null for the process's own.</param>
    public static WeightMatrix From(Tensor weights, WeightFormat format, ComputePool? pool = null)
    {
        if (weights.dim() != 2)
        {
            throw new ArgumentException($"A linear layer's weights are [outputs, inputs]; these are [{string.Join(", ", weights.shape)}].");
        }

        if (format == WeightFormat.Float32 && weights.dtype == ScalarType.Float32 && weights.device_type == DeviceType.CPU
            && weights.is_contiguous() && weights.shape[1] % WeightRows.Vector == 0)
        {
            return new WeightMatrix(weights);
        }

        return Encode(weights, format, pool ?? ComputePool.Shared);
    }

    /// <summary>One row as numbers: what the layer multiplies with.</summary>
    public float[] Decode(int row)
    {
        var padded = new float[WeightRows.RoundUp(Inputs, WeightRows.Group)];
        fixed (float* numbers = padded)
        {
            for (var start = 0; start < Inputs; start += WeightRows.Group)
            {
                Kernel.Decode(this, row, start, numbers + start);
            }
        }

        return padded[..Inputs];
    }

    /// <summary>Bytes of a row.</summary>
    internal long RowBytes { get; }

    /// <summary>Its loops.</summary>
    internal WeightKernel Kernel { get; }

    /// <summary>A row's first byte; of block codes, that of four rows.</summary>
    internal byte* Row(int index) => _rows + (index * RowBytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory?.Dispose();
        _shared?.Dispose();
    }

    private static WeightMatrix Encode(Tensor weights, WeightFormat format, ComputePool pool)
    {
        var matrix = new WeightMatrix((int)weights.shape[0], (int)weights.shape[1], format);
        for (var first = 0; first < matrix.Outputs; first += RowsAtOnce)
        {
            var start = first;
            var count = int.Min(RowsAtOnce, matrix.Outputs - start);
            using var quiet = no_grad();
            using var scope = NewDisposeScope();
            var numbers = weights.narrow(0, start, count).cpu().to_type(ScalarType.Float32).contiguous();
            var from = (float*)TensorPointer.Of<float>(numbers);
            pool.Run(count, row => matrix.Kernel.Encode(
                matrix, start + row, new ReadOnlySpan<float>(from + (row * (long)matrix.Inputs), matrix.Inputs)));
        }

        return matrix;
    }
}
