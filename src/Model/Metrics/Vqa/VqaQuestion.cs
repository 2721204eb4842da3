namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>A question's answers.</summary>
/// <param name="Generated">The answer that is judged.</param>
/// <param name="Answers">People's answers, at least one; the official data sets have ten.</param>
/// <param name="AnswerType">Kind of answer, as the data set names it ("yes/no", "number", "other"); "" where it does not.</param>
public sealed record VqaQuestion(string Generated, IReadOnlyList<string> Answers, string AnswerType = "");
