namespace MmiGrains.Grains.Placement;

/// <summary>A grain lives on the silo that its key names, or not at all.</summary>
[Serializable]
public sealed class WorkerPlacement : PlacementStrategy
{
    /// <summary>The only one.</summary>
    public static WorkerPlacement Instance { get; } = new();
}
