namespace MmiGrains.Model.Scenes.Truths;

/// <summary>Many questions over several pictures.</summary>
/// <param name="Scenes">The scenes they are about.</param>
/// <param name="Answers">The questions, in order.</param>
public sealed record AlbumTruth(IReadOnlyList<Scene> Scenes, IReadOnlyList<AnswerTruth> Answers) : SceneTruth(Scenes);
