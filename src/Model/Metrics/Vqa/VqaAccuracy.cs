namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>
/// The accuracy of one answer: each person in turn is left out, an answer that three of the others gave is right, one that two gave
/// two thirds right, and the result is the mean over all who were left out.
/// </summary>
public static class VqaAccuracy
{
    private const double Enough = 3;

    /// <summary>0 to 1.</summary>
    /// <exception cref="ArgumentException">Nobody answered.</exception>
    public static double Score(string generated, IReadOnlyList<string> answers, VqaProtocol protocol = VqaProtocol.Vqa)
    {
        if (answers.Count == 0)
        {
            throw new ArgumentException("The accuracy of an answer takes at least one person's answer.", nameof(answers));
        }

        var own = OneLine(generated);
        if (protocol == VqaProtocol.VizWiz)
        {
            own = AnswerNormalizer.Normalize(own);
        }
        else
        {
            answers = [.. answers.Select(OneLine)];
            if (answers.Distinct().Count() > 1)
            {
                own = AnswerNormalizer.Normalize(own);
                answers = [.. answers.Select(AnswerNormalizer.Normalize)];
            }
        }

        var matches = answers.Count(answer => answer == own);
        var others = answers.Count - matches;
        return ((matches * Math.Min(1, (matches - 1) / Enough)) + (others * Math.Min(1, matches / Enough))) / answers.Count;
    }

    private static string OneLine(string answer) => answer.Replace('\n', ' ').Replace('\t', ' ').Trim();
}
