using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Placement;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Training;

/// <summary>A trainer, as the cluster sees it.</summary>
/// <param name="device">The silo's.</param>
[WorkerPlacement]
[Reentrant]
[Immovable]
internal sealed class TrainerGrain(TrainerDevice device) : Grain, ITrainerGrain
{
    /// <inheritdoc/>
    public Task<bool> StartAsync(TrainerTask task) => Task.FromResult(device.Start(task));

    /// <inheritdoc/>
    public Task<TrainerStatus> ReadStatusAsync(string? job) => Task.FromResult(device.Read(job));

    /// <inheritdoc/>
    public Task ReleaseAsync(string job)
    {
        device.Release(job);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<TrainerState> DescribeStateAsync(string job) => device.DescribeStateAsync(job);

    /// <inheritdoc/>
    public Task<PieceBytes> ReadStateAsync(string job, int piece) => device.ReadStateAsync(job, piece);
}
