namespace MmiGrains.Model.Scenes.Truths;

/// <summary>A rectangle in thousandths of the picture's sides, 0 to 999 from the top left, as the model writes boxes.</summary>
public readonly record struct Box(int Left, int Top, int Right, int Bottom)
{
    /// <summary>The largest coordinate: the right and the lower edge of the picture.</summary>
    public const int Most = 999;

    /// <summary>As the model writes it: "(x1,y1)(x2,y2)".</summary>
    public override string ToString() => $"({Left},{Top})({Right},{Bottom})";
}
