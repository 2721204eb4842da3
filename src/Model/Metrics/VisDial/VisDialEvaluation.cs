namespace MmiGrains.Model.Metrics.VisDial;

/// <summary>The scores of the VisDial challenge.</summary>
public static class VisDialEvaluation
{
    private static readonly int[] Depths = [1, 5, 10];

    /// <summary>
    /// NDCG over the rounds with relevances; MRR, R@1, R@5, R@10 and mean rank over those whose said option is known. What no round
    /// has is left out.
    /// </summary>
    /// <exception cref="ArgumentException">A round has relevances of another length, or none above 0.</exception>
    public static IReadOnlyList<Measure> Run(IReadOnlyList<VisDialRound> rounds)
    {
        var measures = new List<Measure>();
        double[] gains = [.. rounds.Where(round => round.Relevance is not null).Select(round => Ndcg.Score(round.Ranks, round.Relevance!))];
        if (gains.Length > 0)
        {
            measures.Add(Measure.Of("NDCG", Intervals.Mean(gains)));
        }

        double[] ranks = [.. rounds.Where(round => round.TargetIndex is not null).Select(round => round.Ranks[round.TargetIndex!.Value])];
        if (ranks.Length > 0)
        {
            measures.Add(Measure.Of("MRR", Intervals.Mean([.. ranks.Select(rank => 1 / rank)])));
            measures.AddRange(Depths.Select(depth =>
                Measure.Of($"R@{depth}", Intervals.Proportion(ranks.Count(rank => rank <= depth), ranks.Length))));
            measures.Add(Measure.Of("mean rank", Intervals.Mean(ranks)));
        }

        return measures;
    }
}
