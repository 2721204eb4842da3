namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>
/// The short answer in generated text, by the rule that the published MM-Interleaved numbers were made with: the first line up to a
/// full stop, comma or exclamation mark, in lower case and without double quotes; of that, what follows "is ", "are ", "a ", "an ",
/// "the " (up to the same again), in turn, wherever each stands, even at the end of a longer word; of that, what comes before " of",
/// " or " and " and ". So "The color is red." gives "red", and also "pizza hut" gives "hut".
/// </summary>
public static class AnswerExtraction
{
    private static readonly string[] Leads = ["is ", "are ", "a ", "an ", "the "];
    private static readonly string[] Tails = [" of", " or ", " and "];

    /// <summary>The answer; "" where nothing is left.</summary>
    public static string Extract(string text)
    {
        var answer = text.Replace("\"", "", StringComparison.Ordinal).Trim().Split('\n', '.', ',', '!')[0].ToLowerInvariant();
        foreach (var lead in Leads)
        {
            var parts = answer.Split(lead);
            answer = parts.Length > 1 ? parts[1] : answer;
        }

        foreach (var tail in Tails)
        {
            answer = answer.Split(tail)[0];
        }

        return answer.Trim();
    }
}
