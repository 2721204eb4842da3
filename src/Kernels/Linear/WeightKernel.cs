namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over one weight format, chosen once per matrix.</summary>
internal abstract unsafe class WeightKernel
{
    private const long ChunkBytes = 96 << 10;

    /// <summary>How it wants so many rows of input.</summary>
    public abstract InputForm FormOf(int rows);

    /// <summary>Outputs that one thread takes at a time, for so many rows of input.</summary>
    public abstract int ChunkOf(WeightMatrix weights, int rows);

    /// <summary>Bytes of a row.</summary>
    public abstract long RowBytes(int columns);

    /// <summary>Writes a row.</summary>
    /// <param name="weights">Where to; zeroed.</param>
    /// <param name="row">Index of the row.</param>
    /// <param name="numbers">[columns].</param>
    public abstract void Encode(WeightMatrix weights, int row, ReadOnlySpan<float> numbers);

    /// <summary>Writes one group of a row out as numbers.</summary>
    /// <param name="weights">The matrix.</param>
    /// <param name="row">Index of the row.</param>
    /// <param name="start">First column of the group.</param>
    /// <param name="numbers">[512]; what lies beyond the filled-up row is left alone.</param>
    public abstract void Decode(WeightMatrix weights, int row, int start, float* numbers);

    /// <summary>Multiplies inputs with some rows.</summary>
    public abstract void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output);

    /// <summary>Outputs whose weights are about a quarter of the second cache.</summary>
    protected static int ChunkByBytes(WeightMatrix weights) =>
        WeightRows.RoundUp((int)long.Clamp(ChunkBytes / weights.RowBytes, 1, weights.Outputs), WeightRows.Tile);

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
