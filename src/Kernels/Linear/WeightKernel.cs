namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over one weight format, chosen once per matrix.</summary>
internal abstract unsafe class WeightKernel
{
    private const long ChunkBytes = 96 << 10;

    /// <summary>How it wants so many rows of input.</summary>
    public abstract InputForm FormOf(int rows);

    /// <summary>Outputs that one thread takes at a time, for so many rows of input.</summary>
    public abstract int ChunkOf(WeightMatrix weights, int rows);

    /// <summary>Bytes from one row to the next.</summary>
    public abstract long RowBytes(int columns);

    /// <summary>Writes a row.</summary>
    /// <param name="weights">[columns].</param>
    /// <param name="row">Zeroed.</param>
    public abstract void Encode(ReadOnlySpan<float> weights, byte* row);

    /// <summary>Writes one group of a row out as numbers.</summary>
    /// <param name="row">The row.</param>
    /// <param name="columns">Its width.</param>
    /// <param name="start">First column of the group.</param>
    /// <param name="numbers">[512]; what lies beyond the filled-up row is left alone.</param>
    public abstract void Decode(byte* row, int columns, int start, float* numbers);

    /// <summary>Multiplies inputs with some rows.</summary>
    public abstract void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output);

    /// <summary>Outputs whose weights are about a quarter of the second cache.</summary>
    protected static int ChunkByBytes(WeightMatrix weights) =>
        WeightRows.RoundUp((int)long.Clamp(ChunkBytes / weights.RowBytes, 1, weights.Outputs), TileRows.Most);

    /// <summary>The loops over a format.</summary>
    public static WeightKernel For(WeightFormat format) => format switch
    {
        WeightFormat.Float32 => FloatKernel<Float32Code>.Instance,
        WeightFormat.BFloat16 => FloatKernel<BFloat16Code>.Instance,
        WeightFormat.Q8 => BlockKernel<Q8Code>.Instance,
        WeightFormat.Q4 => BlockKernel<Q4Code>.Instance,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };
}
