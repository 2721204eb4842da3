using MmiGrains.Contracts.Workers;
using Orleans.Placement;

namespace MmiGrains.Grains.Placement;

/// <summary>Lives on a silo that offers a role.</summary>
/// <param name="role">One role.</param>
/// <param name="isStable">Whether the grain's id chooses among the silos, so that it comes back to the same one while they stay; else chance does.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RolePlacementAttribute(WorkerRole role, bool isStable = false) : PlacementAttribute(new RolePlacement(role, isStable))
{
    /// <summary>What the silo must offer.</summary>
    public WorkerRole Role { get; } = role;

    /// <summary>Whether the grain's id chooses among the silos.</summary>
    public bool IsStable { get; } = isStable;
}
