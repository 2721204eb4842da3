using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Grains.Illustration;

/// <summary>What a job has promised, and how far it is.</summary>
internal sealed record JobRecord
{
    public JobState State { get; init; } = JobState.Running;

    /// <summary>One for each document.</summary>
    public IReadOnlyList<DocumentProgress> Documents { get; init; } = [];

    public int? Budget { get; init; }

    public DateTimeOffset Created { get; init; }

    public DateTimeOffset? Ended { get; init; }

    public string? Problem { get; init; }

    /// <summary>How often it was resumed.</summary>
    public int Generation { get; init; }

    /// <summary>Whether everyone who wanted to know has been told of the end.</summary>
    public bool IsTold { get; init; }

    /// <summary>Whether it is done with, for better or worse.</summary>
    public bool IsOver => State is JobState.Completed or JobState.Cancelled or JobState.Failed;
}
