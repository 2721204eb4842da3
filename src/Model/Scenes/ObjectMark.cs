namespace MmiGrains.Model.Scenes;

/// <summary>A small black thing inside an object, two to five pixels long and wide at side 64: the finest detail there is.</summary>
public enum ObjectMark
{
    None,
    Dot,
    Bar,
}
