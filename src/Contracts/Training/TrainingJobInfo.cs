namespace MmiGrains.Contracts.Training;

/// <summary>How a training job stands.</summary>
/// <param name="JobId">Its id.</param>
/// <param name="Phase">What it does.</param>
/// <param name="Step">Steps made.</param>
/// <param name="TotalSteps">Steps of all stages.</param>
/// <param name="Stage">The stage's name; empty after the last.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainingJobInfo")]
public sealed record TrainingJobInfo(
    [property: Id(0)] string JobId, [property: Id(1)] TrainingPhase Phase, [property: Id(2)] long Step, [property: Id(3)] long TotalSteps, [property: Id(4)] string Stage)
{
    /// <summary>Why it waits or failed, in one sentence; null for nothing to say.</summary>
    [Id(5)]
    public string? Message { get; init; }

    /// <summary>Keys of the trainers that have it.</summary>
    [Id(6)]
    public IReadOnlyList<string> Trainers { get; init; } = [];

    /// <summary>Checkpoints that are kept, oldest first.</summary>
    [Id(7)]
    public IReadOnlyList<TrainingCheckpointInfo> Checkpoints { get; init; } = [];

    /// <summary>When it was created.</summary>
    [Id(8)]
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ended; null before.</summary>
    [Id(9)]
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The finished model's folder; null before.</summary>
    [Id(10)]
    public string? Model { get; init; }

    /// <summary>Rounds that were begun again because a trainer or a part of the exchange was lost.</summary>
    [Id(11)]
    public long Repeats { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => Phase is TrainingPhase.Completed or TrainingPhase.Failed or TrainingPhase.Cancelled;
}
