namespace MmiGrains.Model.Metrics.VisDial;

/// <summary>
/// Normalised discounted cumulative gain as VisDial counts it: over the k best-ranked options, where k is how many have any
/// relevance, the sum of relevance / log2(place + 1), divided by what the best order would give.
/// </summary>
public static class Ndcg
{
    /// <summary>The score of one round, 0 to 1.</summary>
    /// <exception cref="ArgumentException">The lists differ in length, or no option is relevant.</exception>
    public static double Score(IReadOnlyList<int> ranks, IReadOnlyList<double> relevance)
    {
        if (ranks.Count != relevance.Count)
        {
            throw new ArgumentException($"There are {ranks.Count} ranks and {relevance.Count} relevances.", nameof(relevance));
        }

        var relevant = relevance.Count(value => value != 0);
        if (relevant == 0)
        {
            throw new ArgumentException("No option is relevant.", nameof(relevance));
        }

        return Gain(relevance.Zip(ranks).OrderBy(option => option.Second).Select(option => option.First), relevant)
            / Gain(relevance.OrderDescending(), relevant);
    }

    private static double Gain(IEnumerable<double> relevance, int count) =>
        relevance.Take(count).Index().Sum(option => option.Item / Math.Log2(option.Index + 2));
}
