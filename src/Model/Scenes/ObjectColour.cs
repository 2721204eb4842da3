namespace MmiGrains.Model.Scenes;

/// <summary>The colour of an object; <see cref="Palette"/> says what each looks like.</summary>
public enum ObjectColour
{
    Red,
    Orange,
    Yellow,
    Green,
    Cyan,
    Blue,
    Purple,
    Pink,
}
