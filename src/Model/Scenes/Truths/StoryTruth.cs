namespace MmiGrains.Model.Scenes.Truths;

/// <summary>A story about one character.</summary>
/// <param name="Scenes">A scene for every picture; object 0 of each is the character, whose shape, colour, fill and mark never change.</param>
/// <param name="Name">What the texts call the character.</param>
/// <param name="Events">What happens between each picture and the next: one less than there are pictures.</param>
public sealed record StoryTruth(IReadOnlyList<Scene> Scenes, string Name, IReadOnlyList<SceneEdit> Events) : SceneTruth(Scenes);
