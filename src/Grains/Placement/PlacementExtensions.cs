using MmiGrains.Contracts.Workers;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MmiGrains.Grains.Placement;

/// <summary>Teaches a silo where grains may live.</summary>
public static class PlacementExtensions
{
    /// <summary>Announces the silo's roles, and places workers and grains that need a role. Every silo of the cluster calls it, whatever it offers.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="roles">What it offers.</param>
    /// <param name="metadata">What else it announces.</param>
    public static ISiloBuilder UseRoles(this ISiloBuilder builder, WorkerRole roles, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var all = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { [SiloRoles.MetadataKey] = roles.ToString() };
        return builder
            .UseSiloMetadata(all)
            .AddPlacementDirector<WorkerPlacement, WorkerPlacementDirector>()
            .AddPlacementDirector<RolePlacement, RolePlacementDirector>();
    }
}
