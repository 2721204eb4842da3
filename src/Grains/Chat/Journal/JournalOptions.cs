namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Limits of journals.</summary>
public sealed record JournalOptions
{
    /// <summary>What the keys begin with.</summary>
    public string KeyPrefix { get; init; } = "mmi";

    /// <summary>How long an idempotency key is remembered.</summary>
    public TimeSpan WindowAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How many are remembered, the latest.</summary>
    public int WindowCount { get; init; } = 1000;

    /// <summary>Bytes of one record's payload.</summary>
    public int MaxPayloadBytes { get; init; } = 1 << 20;

    /// <summary>Records of one append.</summary>
    public int MaxAppendRecords { get; init; } = 1000;

    /// <summary>Payload bytes of one append, or of a fork.</summary>
    public int MaxAppendBytes { get; init; } = 16 << 20;

    /// <summary>Records that are read in one call.</summary>
    public int PageRecords { get; init; } = 256;
}
