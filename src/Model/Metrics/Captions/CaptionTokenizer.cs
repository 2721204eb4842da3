using System.Text.RegularExpressions;

namespace MmiGrains.Model.Metrics.Captions;

/// <summary>
/// Captions to tokens, in the manner of the Penn Treebank tokenizer that pycocoevalcap runs:
/// <list type="bullet">
/// <item>lower case; words, numbers ("10:30", "1,000") and hyphenated or slashed words ("black-and-white") are one token each;</item>
/// <item>"n't" and the endings 's, 'm, 'd, 're, 've, 'll are tokens of their own, "cannot" is "can not", "gonna" is "gon na";</item>
/// <item>acronyms and a few titles keep their full stop ("u.s.", "mr.");</item>
/// <item>the marks of pycocoevalcap's list are dropped: quotes, . ? ! , : ; - -- and ...;</item>
/// <item>what that list does not name stays: symbols such as "&amp;" and "$", runs such as "!!", and brackets, which are "-lrb-" and so
/// on (the list has them in upper case only).</item>
/// </list>
/// Unlike Stanford's, it does not turn British spelling into American, nor does it know web addresses or smileys.
/// </summary>
public static partial class CaptionTokenizer
{
    private static readonly string[] Endings = ["n't", "'s", "'m", "'d", "'re", "'ve", "'ll"];

    private static readonly Dictionary<string, string[]> Parts = new()
    {
        ["cannot"] = ["can", "not"],
        ["gonna"] = ["gon", "na"],
        ["gotta"] = ["got", "ta"],
        ["wanna"] = ["wan", "na"],
        ["gimme"] = ["gim", "me"],
        ["lemme"] = ["lem", "me"],
        ["("] = ["-lrb-"],
        [")"] = ["-rrb-"],
        ["{"] = ["-lcb-"],
        ["}"] = ["-rcb-"],
        ["["] = ["-lsb-"],
        ["]"] = ["-rsb-"],
    };

    /// <summary>The tokens of a caption, in order; none where it holds only white space and dropped marks.</summary>
    public static IReadOnlyList<string> Tokenize(string caption)
    {
        var tokens = new List<string>();
        foreach (Match match in Kept().Matches(caption.ToLowerInvariant().Replace('’', '\'')))
        {
            Add(match.Value, tokens);
        }

        return tokens;
    }

    private static void Add(string word, List<string> tokens)
    {
        if (Parts.TryGetValue(word, out var parts))
        {
            tokens.AddRange(parts);
        }
        else if (Endings.FirstOrDefault(ending => word.Length > ending.Length && word.EndsWith(ending, StringComparison.Ordinal)) is { } found)
        {
            Add(word[..^found.Length], tokens);
            tokens.Add(found);
        }
        else
        {
            tokens.Add(word);
        }
    }

    // In order: acronyms, titles, numbers, endings on their own, words, brackets, runs of marks, symbols.
    [GeneratedRegex("""
        (?<![\p{L}\p{N}]) [a-z] (?:\.[a-z])+ (?![\p{L}\p{N}]) \.?
        | (?<![\p{L}\p{N}]) (?:mrs?|ms|dr|st|jr|sr|vs) \.
        | \d+ (?:[.,:]\d+)+
        | ' (?:s|m|d|re|ve|ll|em) (?![\p{L}\p{N}])
        | [\p{L}\p{M}\p{N}_]+ (?:[-'/][\p{L}\p{M}\p{N}_]+)*
        | [()\[\]{}]
        | [?!]{2,}
        | (?![`´]) [\p{S}&%\#@*/\\§]
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Kept();
}
