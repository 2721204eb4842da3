namespace MmiGrains.Model.Data;

/// <summary>The options that an answer was chosen among, as VisDial has them: a model is judged by the order that it would put them in.</summary>
/// <param name="Options">The options.</param>
/// <param name="Target">The place of the one that was said, from 0.</param>
public sealed record AnswerChoice(IReadOnlyList<string> Options, int Target)
{
    /// <summary>How fitting people found each option, 0 to 1; null where nobody was asked.</summary>
    public IReadOnlyList<double>? Relevance { get; init; }
}
