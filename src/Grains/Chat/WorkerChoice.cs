using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Placement;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// Finds workers for turns: those that the directory names, and of as good ones this silo's own, so that a turn depends on few silos. While the directory is on its
/// way to another silo, this silo's own worker is taken.
/// </summary>
/// <param name="grains">The cluster.</param>
/// <param name="silos">Which silos are gone.</param>
/// <param name="silo">This one.</param>
/// <param name="host">Its device.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Told where the directory did not answer.</param>
internal sealed class WorkerChoice(
    IGrainFactory grains, ISiloStatusOracle silos, ILocalSiloDetails silo, DeviceHost host, TimeProvider clock, ILogger<WorkerChoice> logger)
{
    private static readonly TimeSpan DirectoryTime = TimeSpan.FromSeconds(1);

    /// <summary>Whether a worker's silo is known to be lost.</summary>
    public bool IsGone(string key) => silos.GetApproximateSiloStatus(WorkerKey.Parse(key).Silo) == SiloStatus.Dead;

    /// <summary>A worker's key, and the hash of its model.</summary>
    /// <param name="role">One role.</param>
    /// <param name="session">The session's key: one where it is warm goes first.</param>
    /// <param name="images">Images that it will look at: one that has most of them goes next.</param>
    /// <param name="avoid">Workers that just failed.</param>
    /// <param name="model">What the turn began with; another has its place where nobody has that any more. Null for what new turns use.</param>
    /// <param name="until">Gives up.</param>
    /// <returns>Null where the directory knows nobody of the role, and this silo has none.</returns>
    /// <exception cref="CapacityExceededException">All have as much as they take.</exception>
    public async Task<(string Key, string Model)?> FindAsync(
        WorkerRole role, string session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid, string? model, CancellationToken until)
    {
        try
        {
            if (await AskAsync(role, session, images, avoid, model).WaitAsync(DirectoryTime, clock, until) is { } chosen)
            {
                return (chosen.Key, chosen.Model);
            }
        }
        catch (Exception problem) when (problem is not CapacityExceededException and not OperationCanceledException)
        {
            logger.LogDebug("The directory did not choose: {Problem}", problem.Message);
        }

        return host.FindOwn(role, model) is { } own && !avoid.Contains(own.Key) ? own : null;
    }

    private async Task<WorkerInfo?> AskAsync(WorkerRole role, string session, IReadOnlyList<ImageId> images, IReadOnlyList<string> avoid, string? model)
    {
        var (directory, near) = (grains.GetGrain<IWorkerDirectoryGrain>(0), silo.SiloAddress.ToParsableString());
        if (await directory.ChooseAsync(role, session, images, avoid, model, near) is { } chosen)
        {
            return chosen;
        }

        var isThere = model is null || (await directory.ListAsync()).Any(worker => worker.Role == role && worker.Model == model);
        return isThere ? null : await directory.ChooseAsync(role, session, images, avoid, near: near);
    }
}
