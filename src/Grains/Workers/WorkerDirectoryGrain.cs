using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Workers;

/// <summary>The cluster's <see cref="WorkerDirectory"/>. Where its silo is lost it comes up empty, and workers fill it within a second.</summary>
/// <param name="time">The clock.</param>
public sealed class WorkerDirectoryGrain(TimeProvider time) : Grain, IWorkerDirectoryGrain
{
    private readonly WorkerDirectory _directory = new(time);

    /// <inheritdoc/>
    public Task ReportAsync(WorkerInfo worker)
    {
        _directory.Report(worker);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string key)
    {
        _directory.Leave(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<WorkerInfo?> ChooseAsync(WorkerRole role, string? session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid) =>
        Task.FromResult(_directory.Choose(role, session, images, avoid));

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerInfo>> ListAsync() => Task.FromResult(_directory.List());
}
