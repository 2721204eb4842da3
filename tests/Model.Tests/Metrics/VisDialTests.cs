using MmiGrains.Model.Metrics.VisDial;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class VisDialTests
{
    // Two options are relevant, so two places count. Order: 0.5 then 1, that is 0.5 + 1 / log2(3); best: 1 + 0.5 / log2(3).
    [Fact]
    public void Gains_are_discounted_by_place() =>
        Assert.Equal((0.5 + (1 / Math.Log2(3))) / (1 + (0.5 / Math.Log2(3))), Ndcg.Score([2, 1, 3], [1, 0.5, 0]), 1e-12);

    [Fact]
    public void Only_as_many_places_count_as_options_are_relevant()
    {
        Assert.Equal(0, Ndcg.Score([2, 1, 3, 4], [1, 0, 0, 0]));
        Assert.Equal(1, Ndcg.Score([1, 4, 2, 3], [0.4, 0, 0.2, 0]), 1e-12);
    }

    [Fact]
    public void A_round_without_relevance_is_refused()
    {
        Assert.Contains("No option is relevant", Assert.Throws<ArgumentException>(() => Ndcg.Score([1, 2], [0, 0])).Message);
        Assert.Contains("2 ranks and 1", Assert.Throws<ArgumentException>(() => Ndcg.Score([1, 2], [1])).Message);
    }

    [Fact]
    public void The_highest_score_has_rank_one()
    {
        Assert.Equal([3, 1, 4, 2], OptionRanks.FromScores([-2.5, 0.5, -7, -2.5 + 1e-9]));
        Assert.Equal([1, 2, 3], OptionRanks.FromScores([1, 1, 1]));
        Assert.True(OptionRanks.AreComplete([3, 1, 2]));
        Assert.False(OptionRanks.AreComplete([3, 1, 1]));
        Assert.False(OptionRanks.AreComplete([0, 1, 2]));
    }

    // The said options have ranks 1, 2, 6 and 12: MRR (1 + 1/2 + 1/6 + 1/12) / 4, R@1 1/4, R@5 2/4, R@10 3/4, mean 21/4.
    [Fact]
    public void Ranks_of_said_options_are_summed_up()
    {
        int[] ranks = [.. Enumerable.Range(1, 20)];
        var measures = VisDialEvaluation.Run([new(ranks, TargetIndex: 0), new(ranks, TargetIndex: 1), new(ranks, TargetIndex: 5), new(ranks, TargetIndex: 11)])
            .ToDictionary(measure => measure.Name, measure => measure.Value);
        Assert.Equal(1.75 / 4, measures["MRR"], 1e-12);
        Assert.Equal((0.25, 0.5, 0.75, 5.25), (measures["R@1"], measures["R@5"], measures["R@10"], measures["mean rank"]));
        Assert.DoesNotContain("NDCG", measures.Keys);
    }

    [Fact]
    public void Relevance_counts_where_it_is_known()
    {
        var measures = VisDialEvaluation.Run([new([1, 2], [1, 0]), new([2, 1], [1, 0]), new([2, 1], TargetIndex: 1)]);
        Assert.Equal(0.5, measures.Single(measure => measure.Name == "NDCG").Value);
        Assert.Equal(1, measures.Single(measure => measure.Name == "R@1").Value);
    }
}
