namespace MmiGrains.Contracts.Training;

/// <summary>How a trainer's task goes.</summary>
public enum TrainerTaskState
{
    /// <summary>There was none.</summary>
    None,

    /// <summary>It is worked on.</summary>
    Running,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It failed; another try may succeed.</summary>
    Lost,

    /// <summary>It failed, and would again.</summary>
    Failed,
}
