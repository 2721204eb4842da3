namespace MmiGrains.Model.Scenes;

/// <summary>How a background's colours are laid out.</summary>
public enum BackgroundKind
{
    /// <summary>One colour.</summary>
    Plain,

    /// <summary>The first colour at the top becomes the second at the bottom.</summary>
    Gradient,

    /// <summary>8 x 8 squares of two colours, the first in the top left corner.</summary>
    Checks,
}
