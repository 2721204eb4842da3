namespace MmiGrains.Model.Metrics.VisDial;

/// <summary>The order of answer options.</summary>
public static class OptionRanks
{
    /// <summary>The rank of each option, 1 for the highest score; of equal scores the first is ahead.</summary>
    public static int[] FromScores(IReadOnlyList<double> scores)
    {
        var ranks = new int[scores.Count];
        foreach (var (place, option) in Enumerable.Range(0, scores.Count).OrderByDescending(option => scores[option]).Index())
        {
            ranks[option] = place + 1;
        }

        return ranks;
    }

    /// <summary>Whether every number of 1 to the count of options is there once.</summary>
    public static bool AreComplete(IReadOnlyList<int> ranks) => ranks.Order().SequenceEqual(Enumerable.Range(1, ranks.Count));
}
