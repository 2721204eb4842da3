namespace MmiGrains.Model.Metrics.Captions;

/// <summary>How often each run of one to four tokens occurs in a caption.</summary>
internal static class NGrams
{
    /// <summary>Length of the longest runs that the scores count.</summary>
    public const int Longest = 4;

    /// <summary>Counts of runs of n tokens at index n - 1; a run is its tokens with spaces between.</summary>
    public static Dictionary<string, int>[] Count(IReadOnlyList<string> tokens)
    {
        Dictionary<string, int>[] counts = [[], [], [], []];
        for (var start = 0; start < tokens.Count; start++)
        {
            var run = "";
            for (var n = 0; n < Longest && start + n < tokens.Count; n++)
            {
                run = n == 0 ? tokens[start] : $"{run} {tokens[start + n]}";
                counts[n][run] = counts[n].GetValueOrDefault(run) + 1;
            }
        }

        return counts;
    }
}
