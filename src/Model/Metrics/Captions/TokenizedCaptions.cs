namespace MmiGrains.Model.Metrics.Captions;

/// <summary>A <see cref="CaptionPair"/> in tokens, which is what the scores count.</summary>
/// <param name="Candidate">Tokens of the generated caption; may be empty.</param>
/// <param name="References">Tokens of each reference, of which there is at least one.</param>
public sealed record TokenizedCaptions(IReadOnlyList<string> Candidate, IReadOnlyList<IReadOnlyList<string>> References)
{
    /// <summary>Tokenizes a pair.</summary>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static TokenizedCaptions Of(CaptionPair pair) => pair.References.Count > 0
        ? new(CaptionTokenizer.Tokenize(pair.Candidate), [.. pair.References.Select(CaptionTokenizer.Tokenize)])
        : throw new ArgumentException($"The caption '{pair.Candidate}' has no reference.", nameof(pair));
}
