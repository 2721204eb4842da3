using MmiGrains.Contracts.Errors;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MmiGrains.Grains.Placement;

/// <summary>Places a grain on one of the silos that offer its role.</summary>
/// <param name="metadata">What silos announce.</param>
internal sealed class RolePlacementDirector(ISiloMetadataCache metadata) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var placement = (RolePlacement)strategy;
        var silos = Array.FindAll(context.GetCompatibleSilos(target), silo => SiloRoles.Of(metadata, silo).HasFlag(placement.Role));
        if (silos.Length == 0)
        {
            throw new WorkerUnavailableException($"No active silo offers the role '{placement.Role}', which '{target.GrainIdentity}' needs.");
        }

        return Task.FromResult(placement.IsStable ? Highest(silos, target.GrainIdentity.GetUniformHashCode()) : silos[Random.Shared.Next(silos.Length)]);
    }

    // Each silo draws a number with the grain, and the highest wins: a silo that comes or goes moves only its own grains.
    private static SiloAddress Highest(SiloAddress[] silos, uint grain) =>
        silos.MaxBy(silo => Mix(((ulong)(uint)silo.GetConsistentHashCode() << 32) | grain))!;

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
