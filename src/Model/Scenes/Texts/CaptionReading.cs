namespace MmiGrains.Model.Scenes.Texts;

/// <summary>What a caption says.</summary>
/// <param name="Objects">Its objects, in its order; what it does not say of one is null.</param>
/// <param name="Background">The background; null where it cannot be told.</param>
public sealed record CaptionReading(IReadOnlyList<ObjectDescription> Objects, Background? Background);
