namespace MmiGrains.Model.Scenes.Truths;

/// <summary>One change of a scene.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Target">The object's index before the change; null when one is added or the background changes.</param>
public sealed record SceneEdit(EditKind Kind, int? Target = null)
{
    /// <summary>What the text says of an object that is added; the rest is free.</summary>
    public ObjectDescription? Named { get; init; }
}
