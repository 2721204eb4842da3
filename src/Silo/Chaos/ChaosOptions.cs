namespace MmiGrains.Silo.Chaos;

/// <summary>What is done to a cluster.</summary>
internal sealed record ChaosOptions
{
    /// <summary>The model's folder.</summary>
    public required string Model { get; init; }

    /// <summary>Where logs and the store go.</summary>
    public required string Folder { get; init; }

    /// <summary>Silos that are kept running.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>Sessions that talk all the time.</summary>
    public int Sessions { get; init; } = 20;

    /// <summary>Faults.</summary>
    public int Kills { get; init; } = 10;

    /// <summary>Of faults and their times.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What happens.</summary>
    public ChaosKind Kind { get; init; } = ChaosKind.KillSilo;
}
