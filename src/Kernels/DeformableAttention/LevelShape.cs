namespace MmiGrains.Kernels.DeformableAttention;

/// <summary>Height and width of one level of a feature pyramid, in positions.</summary>
public readonly record struct LevelShape(int Height, int Width)
{
    /// <summary>Positions on the level.</summary>
    public int PositionCount => Height * Width;

    /// <summary>A square level.</summary>
    public static LevelShape Square(int side) => new(side, side);
}
