using Orleans.Placement;

namespace MmiGrains.Grains.Placement;

/// <summary>Lives on the silo that its key names, with what the device holds; never reborn elsewhere.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WorkerPlacementAttribute() : PlacementAttribute(WorkerPlacement.Instance);
