using MmiGrains.Kernels.Linear;
using MmiGrains.Kernels.Memory;

namespace MmiGrains.Model.Llama;

/// <summary>A buffer of rows of numbers between two products: [count, width].</summary>
internal sealed unsafe class DecodeRows(int width) : IDisposable
{
    private NativeBuffer _memory = new(0);

    public int Width => width;

    public int Count { get; private set; }

    public nint Pointer => (nint)_memory.Pointer;

    public Span<float> Row(int index) => new(_memory.Floats + ((long)index * width), width);

    /// <summary>Makes room; what was there is lost.</summary>
    public void Resize(int count)
    {
        Count = count;
        if (_memory.ByteCount < sizeof(float) * (long)count * width)
        {
            _memory.Dispose();
            _memory = new NativeBuffer(sizeof(float) * (long)count * width);
        }
    }

    /// <summary>These rows as the output of a layer.</summary>
    public LinearProduct Of(WeightMatrix weights, bool adds = false) => new(weights, Pointer, width, adds);

    public void Dispose() => _memory.Dispose();
}
