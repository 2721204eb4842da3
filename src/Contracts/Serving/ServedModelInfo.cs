namespace MmiGrains.Contracts.Serving;

/// <summary>What a cluster serves, and what is to follow.</summary>
/// <param name="Plan">Which models.</param>
/// <param name="Since">Since when; null where nothing was ever promoted.</param>
[GenerateSerializer, Immutable, Alias("mmi.ServedModelInfo")]
public sealed record ServedModelInfo([property: Id(0)] ModelPlan Plan, [property: Id(1)] DateTimeOffset? Since)
{
    /// <summary>Models that were served before, oldest first: a roll back takes the last.</summary>
    [Id(2)]
    public IReadOnlyList<ModelRef> Earlier { get; init; } = [];

    /// <summary>Why the last promotion was given up, in one sentence; null for nothing to say.</summary>
    [Id(3)]
    public string? Problem { get; init; }

    /// <summary>Silos that have not loaded the next model yet.</summary>
    [Id(4)]
    public IReadOnlyList<string> Waiting { get; init; } = [];
}
