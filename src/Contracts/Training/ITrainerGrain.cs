namespace MmiGrains.Contracts.Training;

/// <summary>
/// A device that trains; the key is the silo's address, '/', the device. It is never reborn elsewhere: if its silo is gone, calls fail. It
/// computes beside the grain, and no call waits for that.
/// </summary>
[Alias("mmi.ITrainerGrain")]
public interface ITrainerGrain : IGrainWithStringKey
{
    /// <summary>Takes a task on in place of what it has of that job; the job is told when it is done. Again, does nothing.</summary>
    /// <returns>Whether it does so; false where another job has the trainer, or a newer activation of the job.</returns>
    [Alias("Start")]
    Task<bool> StartAsync(TrainerTask task);

    /// <summary>What it has and how far that is. Asked by a job, it is also the sign that the job still wants the trainer.</summary>
    /// <param name="job">The key of the job that asks; null for anyone else.</param>
    [Alias("Status")]
    Task<TrainerStatus> ReadStatusAsync(string? job);

    /// <summary>Lets the trainer go.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string job);

    /// <summary>What another trainer needs to join; only between tasks.</summary>
    [Alias("DescribeState")]
    Task<TrainerState> DescribeStateAsync(string job);

    /// <summary>A piece of this trainer's state, float32; only between tasks.</summary>
    [Alias("ReadState")]
    Task<PieceBytes> ReadStateAsync(string job, int piece);
}
