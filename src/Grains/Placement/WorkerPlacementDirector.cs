using MmiGrains.Contracts.Errors;
using Orleans.Runtime.Placement;

namespace MmiGrains.Grains.Placement;

/// <summary>Places a worker on its own silo.</summary>
internal sealed class WorkerPlacementDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var key = target.GrainIdentity.Key.ToString()!;
        var silo = WorkerKey.Parse(key).Silo;
        return Array.Find(context.GetCompatibleSilos(target), silo.Equals) is { } own ? Task.FromResult(own)
            : throw new WorkerUnavailableException($"The worker '{key}' is gone: its silo is not active.");
    }
}
