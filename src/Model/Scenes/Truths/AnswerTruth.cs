namespace MmiGrains.Model.Scenes.Truths;

/// <summary>A question about one image or several.</summary>
/// <param name="Scenes">The scenes it is about.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Question">Its text.</param>
/// <param name="Answer">The one right answer, as trained.</param>
public sealed record AnswerTruth(IReadOnlyList<Scene> Scenes, QuestionKind Kind, string Question, string Answer) : SceneTruth(Scenes)
{
    /// <summary>Whether a detail decides: a fill or a mark is asked for or tells the objects apart.</summary>
    public bool NeedsDetail { get; init; }
}
