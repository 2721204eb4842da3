using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;

namespace MmiGrains.Grains.Workers;

/// <summary>The cluster's <see cref="WorkerDirectory"/>. Where its silo is lost it comes up empty, and workers fill it within a second.</summary>
/// <param name="time">The clock.</param>
/// <param name="silos">Which silos are gone: their workers are, before their silence tells.</param>
/// <param name="logger">Told of what could not be asked.</param>
public sealed class WorkerDirectoryGrain(TimeProvider time, ISiloStatusOracle silos, ILogger<WorkerDirectoryGrain> logger) : Grain, IWorkerDirectoryGrain
{
    private readonly WorkerDirectory _directory = new(time);
    private bool _knowsPlan;

    /// <inheritdoc/>
    public async Task<ModelPlan> ReportAsync(WorkerInfo worker)
    {
        if (!_knowsPlan && worker.Role != WorkerRole.Trainer)
        {
            await LearnAsync(); // before the first that could be chosen is there
        }

        _directory.Report(worker);
        return _directory.Plan;
    }

    /// <inheritdoc/>
    public Task FollowAsync(ModelPlan plan)
    {
        (_directory.Plan, _knowsPlan) = (plan, true);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string key)
    {
        _directory.Leave(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<WorkerInfo?> ChooseAsync(WorkerRole role, string? session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid, string? model = null, string? near = null)
    {
        foreach (var lost in _directory.List().Where(worker => silos.GetApproximateSiloStatus(WorkerKey.Parse(worker.Key).Silo) == SiloStatus.Dead))
        {
            _directory.Leave(lost.Key);
        }

        return Task.FromResult(_directory.Choose(role, session, images, avoid, model, near));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<WorkerInfo>> ListAsync() => Task.FromResult(_directory.List());

    // Where it is not known yet every worker serves, as without any promotion.
    private async Task LearnAsync()
    {
        try
        {
            await FollowAsync(await GrainFactory.GetGrain<IServedModelGrain>(0).PlanAsync());
        }
        catch (Exception problem)
        {
            logger.LogDebug("The served model is not known: {Problem}", problem.Message);
        }
    }
}
