namespace MmiGrains.Contracts.Illustration;

/// <summary>What a job, or one of its documents, does.</summary>
public enum JobState
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>It is worked on.</summary>
    Running,

    /// <summary>It stands until someone resumes it.</summary>
    Paused,

    /// <summary>Everything is done.</summary>
    Completed,

    /// <summary>Someone has ended it.</summary>
    Cancelled,

    /// <summary>It could not go on; someone may resume it.</summary>
    Failed,
}
