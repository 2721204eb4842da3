namespace MmiGrains.Model.Scenes;

/// <summary>What can be said of an object.</summary>
[Flags]
public enum ObjectAttributes
{
    None = 0,
    Shape = 1,
    Colour = 2,
    Size = 4,
    Fill = 8,
    Place = 16,
    Mark = 32,
    All = Shape | Colour | Size | Fill | Place | Mark,
}
