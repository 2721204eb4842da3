namespace MmiGrains.Model.Scenes;

/// <summary>A cell of the 3 x 3 grid that a scene is divided into; every object lies wholly in its cell.</summary>
public enum Place
{
    TopLeft,
    Top,
    TopRight,
    Left,
    Centre,
    Right,
    BottomLeft,
    Bottom,
    BottomRight,
}
