using System.Text.RegularExpressions;

namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>Pictures in text, as Markdown. What is written is found again when a client sends the conversation back.</summary>
internal static partial class MarkdownPictures
{
    /// <summary>A picture between texts.</summary>
    public static string Write(string url) => $"\n\n![image]({url})\n\n";

    /// <summary>Texts and pictures, in order; other servers' pictures stay text.</summary>
    public static IReadOnlyList<InputPart> Split(string text, string path)
    {
        var parts = new List<InputPart>();
        var from = 0;
        foreach (Match match in Picture().Matches(text))
        {
            if (PictureAddress.FindOurs(match.Groups["url"].Value) is { } hash)
            {
                Say(match.Index);
                parts.Add(new InputReference(hash, path));
                from = match.Index + match.Length;
            }
        }

        Say(text.Length);
        return parts;

        void Say(int to)
        {
            if (to > from)
            {
                parts.Add(new InputText(text[from..to], path));
            }
        }
    }

    [GeneratedRegex(@"\n{0,2}!\[image\]\((?<url>[^\s()]+)\)\n{0,2}")]
    private static partial Regex Picture();
}
