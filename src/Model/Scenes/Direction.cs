namespace MmiGrains.Model.Scenes;

/// <summary>How one object lies to another, by rows and columns of the grid alone: what is left may also be higher or lower.</summary>
public enum Direction
{
    Left,
    Right,
    Above,
    Below,
}
