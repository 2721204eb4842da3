namespace MmiGrains.Model.Metrics.Captions;

/// <summary>The scores that papers report for captions, by the rules of pycocoevalcap.</summary>
public static class CaptionEvaluation
{
    /// <summary>BLEU-1 to BLEU-4, ROUGE-L and CIDEr (that is CIDEr-D), with bootstrap intervals over the images.</summary>
    /// <param name="pairs">One generated caption per image, at least one.</param>
    /// <exception cref="ArgumentException">There is no pair, or one has no reference.</exception>
    public static IReadOnlyList<Measure> Run(IReadOnlyList<CaptionPair> pairs)
    {
        if (pairs.Count == 0)
        {
            throw new ArgumentException("Scores of captions take at least one caption.", nameof(pairs));
        }

        TokenizedCaptions[] corpus = [.. pairs.Select(TokenizedCaptions.Of)];
        BleuCounts[] counts = [.. corpus.Select(BleuCounts.Of)];
        var measures = Enumerable.Range(0, NGrams.Longest).Select(n =>
            Measure.Of($"BLEU-{n + 1}", Intervals.Statistic(counts.Length, drawn => Bleu.Score(counts, drawn)[n])));
        return
        [
            .. measures,
            Measure.Of("ROUGE-L", Intervals.Mean([.. corpus.Select(RougeL.Score)])),
            Measure.Of("CIDEr", Intervals.Mean(Cider.Scores(corpus))),
        ];
    }
}
