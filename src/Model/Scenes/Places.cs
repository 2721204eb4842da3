namespace MmiGrains.Model.Scenes;

/// <summary>Rows and columns of the grid.</summary>
public static class Places
{
    /// <summary>Cells along one side.</summary>
    public const int PerSide = 3;

    /// <summary>All cells.</summary>
    public const int Count = PerSide * PerSide;

    /// <summary>0 at the top.</summary>
    public static int Row(this Place place) => (int)place / PerSide;

    /// <summary>0 at the left.</summary>
    public static int Column(this Place place) => (int)place % PerSide;
}
