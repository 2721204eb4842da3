using System.Runtime.Intrinsics;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.Threading;

namespace MmiGrains.Kernels.Linear;

/// <summary>One product's input in the forms that its loops want.</summary>
internal sealed unsafe class LinearInput : IDisposable
{
    private NativeBuffer _rowMemory = new(0);
    private NativeBuffer _integerMemory = new(0);
    private NativeBuffer _tileMemory = new(0);
    private float* _floats;
    private long _stride;

    /// <summary>Rows of a tile.</summary>
    public static int TileRows => Vector512.IsHardwareAccelerated ? PanelTile512.Inputs : PanelTile256.Inputs;

    /// <summary>Rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Columns.</summary>
    public int Columns { get; private set; }

    /// <summary>Tiles.</summary>
    public int Tiles => (Rows + TileRows - 1) / TileRows;

    /// <summary>Vectors of a row.</summary>
    public int Vectors => WeightRows.RoundUp(Columns, WeightRows.Vector) / WeightRows.Vector;

    /// <summary>Groups of a row.</summary>
    public int Groups => WeightRows.RoundUp(Columns, WeightRows.Group) / WeightRows.Group;

    /// <summary>Takes in rows. They are read in place where they are whole vectors, and must stay until the product is done.</summary>
    /// <param name="pool">Threads.</param>
    /// <param name="floats">[rows, columns].</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="rows">How many.</param>
    /// <param name="columns">Width.</param>
    /// <param name="forms">The forms that will be asked for.</param>
    public void Set(ComputePool pool, float* floats, long stride, int rows, int columns, InputForm forms)
    {
        _floats = floats;
        (_stride, Rows, Columns) = (stride, rows, columns);
        if (forms.HasFlag(InputForm.Tiles))
        {
            Reserve(ref _tileMemory, sizeof(float) * (long)Tiles * TileRows * columns);
            pool.Run(Tiles, FillTile);
        }

        var width = forms.HasFlag(InputForm.Integers) ? Groups * WeightRows.Group : Vectors * WeightRows.Vector;
        if (forms != InputForm.Tiles && columns != width)
        {
            FillUp(width);
        }

        if (forms.HasFlag(InputForm.Integers))
        {
            Reserve(ref _integerMemory, (long)rows * Groups * sizeof(IntegerGroup));
            pool.Run(rows, FillIntegers);
        }
    }

    /// <summary>A row's numbers, filled up.</summary>
    public float* Row(int index) => _floats + (index * _stride);

    /// <summary>A row's integers.</summary>
    public IntegerGroup* Integers(int index) => (IntegerGroup*)_integerMemory.Pointer + ((long)index * Groups);

    /// <summary>A tile: [columns, <see cref="TileRows"/>].</summary>
    public float* Tile(int index) => _tileMemory.Floats + ((long)index * TileRows * Columns);

    /// <inheritdoc/>
    public void Dispose()
    {
        _rowMemory.Dispose();
        _integerMemory.Dispose();
        _tileMemory.Dispose();
    }

    private void FillUp(int width)
    {
        Reserve(ref _rowMemory, sizeof(float) * (long)Rows * width);
        for (var r = 0; r < Rows; r++)
        {
            var row = new Span<float>(_rowMemory.Floats + ((long)r * width), width);
            new ReadOnlySpan<float>(Row(r), Columns).CopyTo(row);
            row[Columns..].Clear();
        }

        _floats = _rowMemory.Floats;
        _stride = width;
    }

    private void FillIntegers(int row)
    {
        for (var g = 0; g < Groups; g++)
        {
            IntegerGroup.Set(Integers(row) + g, Row(row) + (g * WeightRows.Group));
        }
    }

    // Behind the last row stands the last one again; nobody looks at its products.
    private void FillTile(int tile)
    {
        for (var i = 0; i < TileRows; i++)
        {
            float* from = Row(int.Min((tile * TileRows) + i, Rows - 1)), to = Tile(tile) + i;
            for (var c = 0; c < Columns; c++, to += TileRows)
            {
                *to = from[c];
            }
        }
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
