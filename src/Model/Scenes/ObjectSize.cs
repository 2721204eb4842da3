namespace MmiGrains.Model.Scenes;

/// <summary>How large an object is.</summary>
public enum ObjectSize
{
    Small,
    Big,
}
