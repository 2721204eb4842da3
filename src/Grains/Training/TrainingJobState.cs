using MmiGrains.Contracts.Training;

namespace MmiGrains.Grains.Training;

/// <summary>What is in the store of a training job: what it was told, where it stands, and what it is about to do.</summary>
internal sealed record TrainingJobState
{
    /// <summary>What it does.</summary>
    public required TrainingJobSpec Spec { get; init; }

    /// <summary>What it is about to do.</summary>
    public TrainingPhase Phase { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Why it waits or failed.</summary>
    public string? Message { get; init; }

    /// <summary>Index of the stage.</summary>
    public int Stage { get; init; }

    /// <summary>Steps made in it.</summary>
    public long StageStep { get; init; }

    /// <summary>Steps of all stages.</summary>
    public long Step { get; init; }

    /// <summary>The last validation's stage and step in it.</summary>
    public StagePoint Evaluated { get; init; }

    /// <summary>The last checkpoint's stage and step in it.</summary>
    public StagePoint Checkpointed { get; init; }

    /// <summary>Checkpoints that are kept, oldest first.</summary>
    public IReadOnlyList<TrainingCheckpointInfo> Checkpoints { get; init; } = [];

    /// <summary>Lowest value of the metric that may end a stage early.</summary>
    public double? Lowest { get; init; }

    /// <summary>Validations since then.</summary>
    public int WorseCount { get; init; }

    /// <summary>Index of a stage that ends before its last step; -1 for none.</summary>
    public int StoppedStage { get; init; } = -1;

    /// <summary>Whether it shall pause at the end of the round.</summary>
    public bool IsToPause { get; init; }

    /// <summary>Whether it shall end at the end of the round.</summary>
    public bool IsToCancel { get; init; }

    /// <summary>The finished model's folder.</summary>
    public string? Model { get; init; }

    /// <summary>Rounds that were begun again.</summary>
    public long Repeats { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => Phase is TrainingPhase.Completed or TrainingPhase.Failed or TrainingPhase.Cancelled;
}
