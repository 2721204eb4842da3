namespace MmiGrains.Model.Scenes.Truths;

/// <summary>Captions and images in turn; nothing is asked.</summary>
public sealed record DocumentTruth(IReadOnlyList<Scene> Scenes) : SceneTruth(Scenes);
