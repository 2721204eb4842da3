namespace MmiGrains.Model.Metrics.Captions;

/// <summary>
/// BLEU-1 to BLEU-4 of a whole corpus (Papineni et al., 2002), with the closest reference length and the constants of pycocoevalcap's
/// scorer, which keep a precision of 0 from making the product 0 and a corpus without tokens from dividing by it.
/// </summary>
public static class Bleu
{
    private const double Small = 1e-9;
    private const double Tiny = 1e-15;

    /// <summary>BLEU-n at index n - 1, each 0 to 1.</summary>
    /// <exception cref="ArgumentException">There is no caption.</exception>
    public static double[] Score(IReadOnlyList<TokenizedCaptions> corpus) =>
        Score([.. corpus.Select(BleuCounts.Of)], [.. Enumerable.Range(0, corpus.Count)]);

    /// <summary>The same over counted captions with these indices, which may repeat.</summary>
    internal static double[] Score(IReadOnlyList<BleuCounts> corpus, ReadOnlySpan<int> indices)
    {
        if (indices.Length == 0)
        {
            throw new ArgumentException("BLEU takes at least one caption.", nameof(corpus));
        }

        Span<long> matched = stackalloc long[NGrams.Longest], guessed = stackalloc long[NGrams.Longest];
        var (candidate, reference) = (0L, 0L);
        foreach (var index in indices)
        {
            var counts = corpus[index];
            candidate += counts.CandidateLength;
            reference += counts.ReferenceLength;
            for (var n = 0; n < NGrams.Longest; n++)
            {
                matched[n] += counts.Matched[n];
                guessed[n] += counts.Guessed[n];
            }
        }

        var ratio = (candidate + Tiny) / (reference + Small);
        var brevity = ratio < 1 ? Math.Exp(1 - (1 / ratio)) : 1;
        var scores = new double[NGrams.Longest];
        var product = 1.0;
        for (var n = 0; n < NGrams.Longest; n++)
        {
            product *= (matched[n] + Tiny) / (guessed[n] + Small);
            scores[n] = brevity * Math.Pow(product, 1.0 / (n + 1));
        }

        return scores;
    }
}
