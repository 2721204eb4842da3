namespace MmiGrains.Model.Metrics.Captions;

/// <summary>
/// ROUGE-L (Lin, 2004): the longest common subsequence of a caption and its references, as pycocoevalcap scores it: the best
/// precision and the best recall, each over all references, in an F-measure with beta = 1.2.
/// </summary>
public static class RougeL
{
    private const double BetaSquared = 1.2 * 1.2;

    /// <summary>The score of one caption, 0 to 1; 0 for one without tokens.</summary>
    public static double Score(TokenizedCaptions captions)
    {
        var (precision, recall) = (0.0, 0.0);
        foreach (var reference in captions.References)
        {
            var common = CommonLength(captions.Candidate, reference);
            if (common > 0)
            {
                precision = Math.Max(precision, (double)common / captions.Candidate.Count);
                recall = Math.Max(recall, (double)common / reference.Count);
            }
        }

        return precision == 0 ? 0 : (1 + BetaSquared) * precision * recall / (recall + (BetaSquared * precision));
    }

    // Tokens of the longest sequence that can be read, with gaps, in both.
    private static int CommonLength(IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        var lengths = new int[second.Count + 1];
        foreach (var token in first)
        {
            var diagonal = 0;
            for (var j = 0; j < second.Count; j++)
            {
                var above = lengths[j + 1];
                lengths[j + 1] = token == second[j] ? diagonal + 1 : Math.Max(above, lengths[j]);
                diagonal = above;
            }
        }

        return lengths[^1];
    }
}
