namespace MmiGrains.Model.Scenes;

/// <summary>What covers an object: its colour alone, or with stripes or dots of its colour's other tone.</summary>
public enum ObjectFill
{
    Plain,
    Striped,
    Dotted,
}
