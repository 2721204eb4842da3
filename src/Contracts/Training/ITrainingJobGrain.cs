namespace MmiGrains.Contracts.Training;

/// <summary>
/// One training job; the key is a tenant, '/', and the job's id. What it is about to do is in the store before anyone is asked to do it, so
/// it goes on wherever its silo's end left it.
/// </summary>
[Alias("mmi.ITrainingJobGrain")]
public interface ITrainingJobGrain : IGrainWithStringKey
{
    /// <summary>Enters the job in its tenant's queue; again, with the same specification, does nothing.</summary>
    /// <exception cref="Errors.InvalidTrainingJobException">The recipe or an option cannot be.</exception>
    [Alias("Create")]
    Task<TrainingJobInfo> CreateAsync(TrainingJobSpec spec);

    /// <summary>How the job stands.</summary>
    /// <exception cref="Errors.TrainingJobNotFoundException">There is no such job.</exception>
    [Alias("Read")]
    Task<TrainingJobInfo> ReadAsync();

    /// <summary>Stops at the end of the round, writes a checkpoint and lets the trainers go.</summary>
    [Alias("Pause")]
    Task<TrainingJobInfo> PauseAsync();

    /// <summary>Goes on from there.</summary>
    [Alias("Resume")]
    Task<TrainingJobInfo> ResumeAsync();

    /// <summary>Ends the job at the end of the round; its checkpoints stay.</summary>
    [Alias("Cancel")]
    Task<TrainingJobInfo> CancelAsync();

    /// <summary>Metrics of steps after one.</summary>
    /// <param name="after">The last step that is known; 0 for all.</param>
    /// <param name="count">How many at most.</param>
    [Alias("Metrics")]
    Task<IReadOnlyList<TrainingMetric>> ReadMetricsAsync(long after, int count);

    /// <summary>A trainer tells that it has done what it was asked to.</summary>
    [Alias("Report")]
    Task ReportAsync(string trainer, TrainerStatus status);

    /// <summary>Comes up, and goes on with what has not ended.</summary>
    [Alias("Wake")]
    Task WakeAsync();
}
