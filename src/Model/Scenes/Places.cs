namespace MmiGrains.Model.Scenes;

/// <summary>Rows and columns of the grid.</summary>
public static class Places
{
    /// <summary>Cells along one side.</summary>
    public const int PerSide = 3;

    /// <summary>All cells, from the top left.</summary>
    public static readonly IReadOnlyList<Place> All = Enum.GetValues<Place>();

    /// <summary>0 at the top.</summary>
    public static int Row(this Place place) => (int)place / PerSide;

    /// <summary>0 at the left.</summary>
    public static int Column(this Place place) => (int)place % PerSide;

    /// <summary>Whether a place lies so from another.</summary>
    public static bool Is(this Place place, Direction direction, Place other) => direction switch
    {
        Direction.Left => place.Column() < other.Column(),
        Direction.Right => place.Column() > other.Column(),
        Direction.Above => place.Row() < other.Row(),
        Direction.Below => place.Row() > other.Row(),
        _ => throw new ArgumentOutOfRangeException(nameof(direction), direction, "There is no such direction."),
    };
}
