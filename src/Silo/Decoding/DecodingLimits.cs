namespace MmiGrains.Silo.Decoding;

/// <summary>What decoding one picture may cost, and how many are decoded at a time.</summary>
internal sealed record DecodingLimits
{
    /// <summary>Memory that a child may write to, its runtime's included.</summary>
    public long MemoryBytes { get; init; } = 1L << 30;

    /// <summary>Processor time of one picture, in seconds.</summary>
    public int ProcessorSeconds { get; init; } = 5;

    /// <summary>Time of one picture on the clock: for a child that sleeps, or a machine that is busy.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time in which a child must have started.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Children, at most.</summary>
    public int Children { get; init; } = Math.Clamp(Environment.ProcessorCount, 2, 8);
}
