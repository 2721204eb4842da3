namespace MmiGrains.Kernels.Linear;

/// <summary>The loops over one weight format, chosen once per matrix.</summary>
internal abstract unsafe class WeightKernel
{
    /// <summary>Whether it reads inputs as 16-bit integers.</summary>
    public abstract bool ReadsIntegers { get; }

    /// <summary>Weights that a row is filled up to a multiple of.</summary>
    public abstract int Multiple { get; }

    /// <summary>Bytes from one row to the next.</summary>
    public abstract long RowBytes(int columns);

    /// <summary>Writes a row.</summary>
    /// <param name="weights">[columns].</param>
    /// <param name="row">Zeroed.</param>
    public abstract void Encode(ReadOnlySpan<float> weights, byte* row);

    /// <summary>Writes a row out as numbers, filled up.</summary>
    public abstract void Decode(byte* row, int columns, float* numbers);

    /// <summary>Multiplies inputs with some rows.</summary>
    public abstract void Multiply(WeightMatrix weights, int first, int count, LinearInput input, LinearOutput output);

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
