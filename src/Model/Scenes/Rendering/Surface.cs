namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>What a point of an object shows.</summary>
internal enum Surface
{
    Outside,
    Main,
    Other,
    Mark,
}
