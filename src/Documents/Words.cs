using System.Text.RegularExpressions;

namespace MmiGrains.Documents;

/// <summary>What is done to plain text.</summary>
internal static partial class Words
{
    /// <summary>The text on one line, without spaces around it.</summary>
    public static string OneLine(string text) => Spaces().Replace(text, " ").Trim();

    /// <summary>The beginning of a text, up to a length, at the end of a word.</summary>
    public static string Cut(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var space = text.LastIndexOf(' ', length - 1);
        var end = space > length / 2 ? space : char.IsHighSurrogate(text[length - 1]) ? length - 1 : length;
        return text[..end] + "…";
    }

    /// <summary>The end of a text, up to a length, from the beginning of a word on.</summary>
    public static string CutFront(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        var begin = text.Length - Math.Max(length, 0);
        var space = text.IndexOf(' ', Math.Min(begin, text.Length - 1));
        return space >= 0 ? text[(space + 1)..] : begin < text.Length && char.IsLowSurrogate(text[begin]) ? text[(begin + 1)..] : text[begin..];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
