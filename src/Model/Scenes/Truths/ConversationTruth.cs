namespace MmiGrains.Model.Scenes.Truths;

/// <summary>Turns about pictures.</summary>
/// <param name="Scenes">The scene of every image piece, in order.</param>
/// <param name="Answers">The questions among the turns, each about the picture before it.</param>
/// <param name="Edits">The changes among the turns, each from one picture to the next.</param>
public sealed record ConversationTruth(IReadOnlyList<Scene> Scenes, IReadOnlyList<AnswerTruth> Answers, IReadOnlyList<EditTruth> Edits) : SceneTruth(Scenes);
