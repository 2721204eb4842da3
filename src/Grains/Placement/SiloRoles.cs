using MmiGrains.Contracts.Workers;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MmiGrains.Grains.Placement;

/// <summary>What silos offer, as they announce it.</summary>
public static class SiloRoles
{
    /// <summary>The name under which a silo announces its roles.</summary>
    public const string MetadataKey = "mmi.roles";

    /// <summary>What a silo offers, as far as it is known here.</summary>
    public static WorkerRole Of(ISiloMetadataCache metadata, SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(MetadataKey, out var text) && Enum.TryParse<WorkerRole>(text, out var roles) ? roles : WorkerRole.None;
}
