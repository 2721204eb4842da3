namespace MmiGrains.Silo.Chaos;

/// <summary>A long talk with a cluster that nobody breaks.</summary>
internal sealed record SoakOptions
{
    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Where logs, samples and the store go.</summary>
    public required string Folder { get; init; }

    /// <summary>How long.</summary>
    public required TimeSpan Time { get; init; }

    /// <summary>Silos.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>Sessions that talk all the time.</summary>
    public int Sessions { get; init; } = 32;

    /// <summary>Turns of a session; then it is deleted, and another begins.</summary>
    public int TurnsPerSession { get; init; } = 12;

    /// <summary>Time between samples of memory.</summary>
    public TimeSpan Between { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of image features that a silo keeps: few, so that the cache is full long before the end.</summary>
    public long FeatureBytes { get; init; } = 64L << 20;
}
