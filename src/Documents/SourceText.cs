using System.Text;

namespace MmiGrains.Documents;

/// <summary>A file of text whose bytes come back, whatever they were: pieces are put in, and nothing else is written anew.</summary>
internal sealed class SourceText
{
    private readonly Encoding _encoding;

    private SourceText(string text, Encoding encoding) => (Text, _encoding) = (text, encoding);

    /// <summary>The text; a byte order mark is its first character.</summary>
    public string Text { get; }

    /// <summary>Where what is written begins: after a byte order mark.</summary>
    public int Begin => Text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>How its lines end.</summary>
    public string NewLine => Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    /// <summary>Reads UTF-8, or UTF-16 with its mark; what is neither is read byte by byte.</summary>
    public static SourceText Read(byte[] bytes)
    {
        Encoding encoding = bytes switch
        {
            [0xFF, 0xFE, ..] => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
            [0xFE, 0xFF, ..] => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
            _ => new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        };
        try
        {
            return new SourceText(encoding.GetString(bytes), encoding);
        }
        catch (DecoderFallbackException)
        {
            return new SourceText(Encoding.Latin1.GetString(bytes), Encoding.Latin1);
        }
    }

    /// <summary>The bytes with pieces put in.</summary>
    /// <param name="pieces">Where, as an index of <see cref="Text"/>, and what; of two at one place the first comes first.</param>
    public byte[] Insert(IEnumerable<(int Index, string Text)> pieces) => _encoding.GetBytes(InsertText(pieces));

    /// <summary>The same as text.</summary>
    public string InsertText(IEnumerable<(int Index, string Text)> pieces)
    {
        var (result, at) = (new StringBuilder(), 0);
        foreach (var (index, text) in pieces.OrderBy(piece => piece.Index))
        {
            result.Append(Text, at, index - at).Append(_encoding.Equals(Encoding.Latin1) ? AsLatin(text) : text);
            at = index;
        }

        return result.Append(Text, at, Text.Length - at).ToString();
    }

    /// <summary>The index after the line that an index is in, its end included.</summary>
    public int LineEnd(int index)
    {
        if (index > 0 && index <= Text.Length && Text[index - 1] == '\n')
        {
            return index;
        }

        var end = index >= Text.Length ? -1 : Text.IndexOf('\n', index);
        return end < 0 ? Text.Length : end + 1;
    }

    /// <summary>Whether at an index there is nothing more, or an empty line.</summary>
    public bool IsBlankAt(int index)
    {
        while (index < Text.Length && Text[index] is ' ' or '\t' or '\r')
        {
            index++;
        }

        return index >= Text.Length || Text[index] == '\n';
    }

    // A file of unknown encoding gets UTF-8: most such files are that, with a few wrong bytes.
    private static string AsLatin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
