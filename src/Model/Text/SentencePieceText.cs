namespace MmiGrains.Model.Text;

/// <summary>How a text is prepared before its characters merge.</summary>
internal static class SentencePieceText
{
    /// <summary>Puts a space before the text, writes every space as U+2581, and a lone surrogate as U+FFFD.</summary>
    public static ReadOnlySpan<char> Normalise(ReadOnlySpan<char> text)
    {
        var normalised = new char[text.Length + 1];
        normalised[0] = PieceVocabulary.Space;
        text.Replace(normalised.AsSpan(1), ' ', PieceVocabulary.Space);
        for (var i = 1; i < normalised.Length; i++)
        {
            if (!char.IsSurrogate(normalised[i]))
            {
                continue;
            }

            if (i + 1 < normalised.Length && char.IsSurrogatePair(normalised[i], normalised[i + 1]))
            {
                i++;
            }
            else
            {
                normalised[i] = '\uFFFD';
            }
        }

        return normalised;
    }

    public static ReadOnlySpan<char> TrimStart(ReadOnlySpan<char> text)
    {
        var start = 0;
        while (start < text.Length && IsWhiteSpace(text[start]))
        {
            start++;
        }

        return text[start..];
    }

    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        var end = text.Length;
        while (end > 0 && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[..end];
    }

    // Python's white space, which the reference strips, has four separators that .NET's lacks.
    private static bool IsWhiteSpace(char value) => char.IsWhiteSpace(value) || value is >= '\u001C' and <= '\u001F';
}
