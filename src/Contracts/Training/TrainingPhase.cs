namespace MmiGrains.Contracts.Training;

/// <summary>What a training job does.</summary>
public enum TrainingPhase
{
    /// <summary>It waits for its tenant's earlier jobs.</summary>
    Queued,

    /// <summary>It waits for trainers, or they load.</summary>
    Preparing,

    /// <summary>Trainers compute a round.</summary>
    Round,

    /// <summary>The validation runs.</summary>
    Evaluating,

    /// <summary>A checkpoint is written.</summary>
    Checkpointing,

    /// <summary>A stage ends.</summary>
    EndingStage,

    /// <summary>The model's folder is made.</summary>
    Finishing,

    /// <summary>It was told to stop for now.</summary>
    Paused,

    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It cannot go on.</summary>
    Failed,

    /// <summary>It was ended.</summary>
    Cancelled,
}
