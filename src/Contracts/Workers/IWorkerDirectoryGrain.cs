using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Serving;

namespace MmiGrains.Contracts.Workers;

/// <summary>Who offers what, and how busy. One in the cluster (key 0); it holds nothing that workers would not tell it again within seconds.</summary>
[Alias("mmi.IWorkerDirectoryGrain")]
public interface IWorkerDirectoryGrain : IGrainWithIntegerKey
{
    /// <summary>A worker tells that it is there, and how busy; every second. One that is silent for some seconds is gone.</summary>
    /// <returns>Which models its silo shall have loaded.</returns>
    [Alias("Report")]
    Task<ModelPlan> ReportAsync(WorkerInfo worker);

    /// <summary>Other models are wanted.</summary>
    [Alias("Follow")]
    Task FollowAsync(ModelPlan plan);

    /// <summary>A worker leaves.</summary>
    [Alias("Leave")]
    Task LeaveAsync(string key);

    /// <summary>
    /// Chooses a worker: one where the session is warm, else one that has most of its images, else the least busy, where a near one may be a little busier. Null
    /// where none of that role is there.
    /// </summary>
    /// <param name="role">One role.</param>
    /// <param name="session">The session's key, if it may be warm somewhere.</param>
    /// <param name="images">Images that it will look at.</param>
    /// <param name="avoid">Workers that just failed.</param>
    /// <param name="model">Hash of the weights that it must run; null for those that new turns use.</param>
    /// <param name="near">Address of the asker's silo; null for anywhere.</param>
    /// <exception cref="Errors.CapacityExceededException">All of that role have as much as they take.</exception>
    [Alias("Choose")]
    Task<WorkerInfo?> ChooseAsync(WorkerRole role, string? session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid, string? model = null, string? near = null);

    /// <summary>All workers.</summary>
    [Alias("List")]
    Task<IReadOnlyList<WorkerInfo>> ListAsync();
}
