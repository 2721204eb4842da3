using System.Text.RegularExpressions;

namespace MmiGrains.Model.Metrics.Vqa;

/// <summary>Makes answers comparable, exactly as the official VQA evaluation does, odd corners included.</summary>
public static partial class AnswerNormalizer
{
    // Python's substitution takes its flags for the greatest number of replacements: re.UNICODE is 32.
    private const int MostPeriods = 32;

    private const string Punctuation = ";/[]\"{}()=+\\_-><@`,?!";

    private static readonly Dictionary<string, string> Numbers = new()
    {
        ["none"] = "0",
        ["zero"] = "0",
        ["one"] = "1",
        ["two"] = "2",
        ["three"] = "3",
        ["four"] = "4",
        ["five"] = "5",
        ["six"] = "6",
        ["seven"] = "7",
        ["eight"] = "8",
        ["nine"] = "9",
        ["ten"] = "10",
    };

    /// <summary>Punctuation out, lower case, number words to digits, articles out, contractions with their apostrophes.</summary>
    public static string Normalize(string answer)
    {
        var words = WithoutPunctuation(answer).ToLowerInvariant()
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(word => Numbers.GetValueOrDefault(word, word))
            .Where(word => word is not ("a" or "an" or "the"));
        return string.Join(' ', words.Select(Contractions.Repair));
    }

    // A mark that stands beside a space goes; any other leaves a space. Where a comma stands between digits, all marks go. A full
    // stop goes unless a digit follows.
    private static string WithoutPunctuation(string answer)
    {
        var hasGroupedDigits = GroupedDigits().IsMatch(answer);
        var result = answer;
        foreach (var mark in Punctuation)
        {
            var goes = hasGroupedDigits
                || answer.Contains($"{mark} ", StringComparison.Ordinal) || answer.Contains($" {mark}", StringComparison.Ordinal);
            result = result.Replace(mark.ToString(), goes ? "" : " ", StringComparison.Ordinal);
        }

        return Period().Replace(result, "", MostPeriods);
    }

    [GeneratedRegex(@"\d,\d")]
    private static partial Regex GroupedDigits();

    [GeneratedRegex(@"\.(?!\d)")]
    private static partial Regex Period();
}
