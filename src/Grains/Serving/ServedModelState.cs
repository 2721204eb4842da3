using MmiGrains.Contracts.Serving;

namespace MmiGrains.Grains.Serving;

/// <summary>What the store knows of the served model.</summary>
internal sealed record ServedModelState
{
    /// <summary>Where it is in the store.</summary>
    public static string Key(string prefix) => $"{prefix}/served-model";

    /// <summary>Answers new turns; null where every silo serves what it was started with.</summary>
    public ModelRef? Current { get; init; }

    /// <summary>Is being loaded.</summary>
    public ModelRef? Next { get; init; }

    /// <summary>Whether the next one was served before.</summary>
    public bool IsRollBack { get; init; }

    /// <summary>When the loading began.</summary>
    public DateTimeOffset Begun { get; init; }

    /// <summary>Since when the current one answers.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Those before it, oldest first.</summary>
    public IReadOnlyList<ModelRef> Earlier { get; init; } = [];

    /// <summary>Why the last promotion was given up.</summary>
    public string? Problem { get; init; }
}
