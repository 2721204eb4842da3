using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MmiGrains.Model.Data.Rows;

/// <summary>
/// Reads what Python prints for a dictionary of texts, {'image': 'a.jpg', 'caption': "it's"}, which the reference's own sample file
/// has in place of JSON. Nothing is evaluated: keys and values are quoted texts with Python's escapes, and that is all.
/// </summary>
internal ref struct PythonLiteral
{
    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private PythonLiteral(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Whether a row looks like one: an object that begins with a single quote, which JSON never does.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> row)
    {
        var start = row.TrimStart(" \t"u8);
        return start.Length > 1 && start[0] == '{' && start[1..].TrimStart(" \t"u8) is [(byte)'\'', ..];
    }

    /// <summary>The same as JSON.</summary>
    /// <exception cref="RowException">It is something else.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> row)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(row);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("the bytes are not UTF-8");
        }

        var reader = new PythonLiteral(text);
        return JsonSerializer.SerializeToUtf8Bytes(reader.ReadDictionary());
    }

    private Dictionary<string, string> ReadDictionary()
    {
        var fields = new Dictionary<string, string>();
        Expect('{');
        while (Peek() != '}')
        {
            var key = ReadText();
            Expect(':');
            fields[key] = ReadText();
            if (Peek() == ',')
            {
                _at++;
            }
            else if (Peek() != '}')
            {
                throw Wrong($"',' or '}}' is expected at character {_at + 1}");
            }
        }

        _at++;
        return Peek() == '\0' ? fields : throw Wrong($"something follows the dictionary at character {_at + 1}");
    }

    private string ReadText()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"'))
        {
            throw Wrong($"a quoted text is expected at character {_at + 1}");
        }

        var text = new StringBuilder();
        for (_at++; _at < _text.Length; _at++)
        {
            var letter = _text[_at];
            if (letter == quote)
            {
                _at++;
                return text.ToString();
            }

            if (letter == '\\')
            {
                _at++;
                ReadEscape(text);
            }
            else
            {
                text.Append(letter);
            }
        }

        throw Wrong("a quoted text does not end");
    }

    // _at stands on the character after the backslash, and afterwards on the escape's last.
    private void ReadEscape(StringBuilder text)
    {
        var letter = _at < _text.Length ? _text[_at] : throw Wrong("a quoted text does not end");
        var simple = "\\'\"abfnrtv".IndexOf(letter, StringComparison.Ordinal);
        if (simple >= 0)
        {
            text.Append("\\'\"\a\b\f\n\r\t\v"[simple]);
        }
        else if (letter is 'x' or 'u' or 'U')
        {
            AppendCode(text, letter == 'x' ? 2 : letter == 'u' ? 4 : 8);
        }
        else if (letter is >= '0' and <= '7')
        {
            var code = 0;
            var end = Math.Min(_at + 3, _text.Length);
            for (; _at < end && _text[_at] is >= '0' and <= '7'; _at++)
            {
                code = (8 * code) + _text[_at] - '0';
            }

            _at--;
            text.Append((char)code);
        }
        else if (letter == 'N')
        {
            throw Wrong("an escape names its character (\\N{...})");
        }
        else
        {
            text.Append('\\').Append(letter); // Python keeps a backslash that begins no escape
        }
    }

    private void AppendCode(StringBuilder text, int digits)
    {
        if (_at + digits >= _text.Length
            || !uint.TryParse(_text.Slice(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || !Rune.IsValid(code))
        {
            throw Wrong($"an escape at character {_at} is no character");
        }

        text.Append(new Rune(code).ToString());
        _at += digits;
    }

    private void Expect(char letter)
    {
        if (Peek() != letter)
        {
            throw Wrong($"'{letter}' is expected at character {_at + 1}");
        }

        _at++;
    }

    private char Peek()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n')
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }

    private static RowException Wrong(string detail) => new("neither JSON nor a Python dictionary of texts", detail);
}
