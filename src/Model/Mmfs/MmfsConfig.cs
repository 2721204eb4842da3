namespace MmiGrains.Model.Mmfs;

/// <summary>Sizes of one feature synchronizer.</summary>
public sealed record MmfsConfig
{
    /// <summary>Channels of a query, and of the result.</summary>
    public required int QueryWidth { get; init; }

    /// <summary>Channels of the images' features.</summary>
    public required int FeatureWidth { get; init; }

    /// <summary>Channels of a projected value, over all heads.</summary>
    public required int ValueWidth { get; init; }

    /// <summary>Attention heads.</summary>
    public int Heads { get; init; } = 16;

    /// <summary>Sampling points per head and level.</summary>
    public int Points { get; init; } = 8;

    /// <summary>Sides of the levels that offsets were trained for, large to small.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [32, 16, 8];

    /// <summary>The side in whose pixels an offset is measured.</summary>
    public int BaseLevel { get; init; } = 16;

    /// <summary>Rows of the table of relative image positions: one more than the images a query may see.</summary>
    public int MaxImages { get; init; } = 50;

    /// <summary>How far apart a fresh model's points start, in base pixels per point.</summary>
    public double OffsetInit { get; init; } = 3.0;
}
