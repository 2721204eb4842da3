using MmiGrains.Kernels.Memory;

namespace MmiGrains.Kernels.Linear;

/// <summary>Rows of input as the loops read them: float32 in whole vectors, and for block codes also as 16-bit integers in whole groups.</summary>
internal sealed unsafe class LinearInput : IDisposable
{
    private NativeBuffer _floatMemory = new(0);
    private NativeBuffer _integerMemory = new(0);
    private float* _floats;
    private long _stride;

    /// <summary>Rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Vectors of a row.</summary>
    public int Vectors { get; private set; }

    /// <summary>Groups of a row.</summary>
    public int IntegerGroups { get; private set; }

    /// <summary>Takes in rows. They are read in place where they are whole vectors, and must stay until the product is done.</summary>
    /// <param name="floats">[rows, columns].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Width.</param>
    /// <param name="asIntegers">Whether block codes will read them.</param>
    public void Set(float* floats, long stride, int rows, int columns, bool asIntegers)
    {
        var width = WeightRows.RoundUp(columns, asIntegers ? WeightRows.Group : WeightRows.Vector);
        (Rows, Vectors, IntegerGroups) = (rows, WeightRows.RoundUp(columns, WeightRows.Vector) / WeightRows.Vector, width / WeightRows.Group);
        _floats = floats;
        _stride = stride;
        if (columns != width)
        {
            Copy(columns, width);
        }

        if (asIntegers)
        {
            Reserve(ref _integerMemory, (long)rows * IntegerGroups * sizeof(IntegerGroup));
            for (var r = 0; r < rows; r++)
            {
                for (var g = 0; g < IntegerGroups; g++)
                {
                    Integers(r)[g].Set(Row(r) + (g * WeightRows.Group));
                }
            }
        }
    }

    /// <summary>A row's numbers.</summary>
    public float* Row(int index) => _floats + (index * _stride);

    /// <summary>A row's integers.</summary>
    public IntegerGroup* Integers(int index) => (IntegerGroup*)_integerMemory.Pointer + ((long)index * IntegerGroups);

    /// <inheritdoc/>
    public void Dispose()
    {
        _floatMemory.Dispose();
        _integerMemory.Dispose();
    }

    private void Copy(int columns, int width)
    {
        Reserve(ref _floatMemory, sizeof(float) * (long)Rows * width);
        for (var r = 0; r < Rows; r++)
        {
            var copy = new Span<float>(_floatMemory.Floats + ((long)r * width), width);
            new ReadOnlySpan<float>(Row(r), columns).CopyTo(copy);
            copy[columns..].Clear();
        }

        _floats = _floatMemory.Floats;
        _stride = width;
    }

    private static void Reserve(ref NativeBuffer memory, long bytes)
    {
        if (memory.ByteCount < bytes)
        {
            memory.Dispose();
            memory = new NativeBuffer(bytes);
        }
    }
}
