namespace MmiGrains.Model.Scenes.Truths;

/// <summary>A picture painted to a text, or to a text and a class map.</summary>
/// <param name="Scenes">The scenes of its images; the last one is one of the pictures that the text may mean.</param>
/// <param name="Named">What the text says of each object of that scene, in order; there are no others, and what is null is free.</param>
/// <param name="NamedBackground">The background, if the text says it.</param>
public sealed record PictureTruth(IReadOnlyList<Scene> Scenes, IReadOnlyList<ObjectDescription> Named, Background? NamedBackground)
    : SceneTruth(Scenes);
