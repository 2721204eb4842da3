using MmiGrains.Contracts.Chat;

namespace MmiGrains.Grains.Chat;

/// <summary>What a conversation is called in a list: how it begins.</summary>
internal static class SessionTitle
{
    private const int MostCharacters = 80;

    public static string Of(IReadOnlyList<Segment> content)
    {
        var text = string.Join(' ', content.OfType<TextSegment>().SelectMany(segment => segment.Text.Split((char[]?)null, 200, StringSplitOptions.RemoveEmptyEntries).Take(40)));
        if (text.Length == 0)
        {
            return content.Count == 1 ? "A picture" : $"{content.Count} pictures";
        }

        if (text.Length <= MostCharacters)
        {
            return text;
        }

        var cut = char.IsHighSurrogate(text[MostCharacters - 1]) ? MostCharacters - 1 : MostCharacters;
        return text[..cut].TrimEnd() + "…";
    }
}
