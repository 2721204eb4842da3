using System.Text.RegularExpressions;

namespace MmiGrains.Documents;

/// <summary>Comments that ask for a picture: <c>&lt;!-- illustrate: what it shows --&gt;</c>, or without the words where the text says it.</summary>
internal static partial class Markers
{
    /// <summary>What the comments of a text ask for, in order.</summary>
    public static IReadOnlyList<string> In(string text) => [.. Comment().Matches(text).Select(match => Shown(match.Groups[1].Value))];

    /// <summary>What a comment asks for, without its signs; null where it is another's.</summary>
    public static string? OfComment(string comment) => Asked().Match(comment) is { Success: true } match ? Shown(match.Groups[1].Value) : null;

    /// <summary>A text without such comments.</summary>
    public static string Without(string text) => Comment().Replace(text, " ");

    private static string Shown(string text) => Words.OneLine(text);

    [GeneratedRegex(@"<!--\s*illustrate\b\s*:?(.*?)-->", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\A\s*illustrate\b\s*:?(.*)\z", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Asked();
}
