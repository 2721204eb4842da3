using System.Text;

namespace MmiGrains.Model.Weights;

/// <summary>Text that came out of a file, made fit for an error message: quoted, on one line, and short.</summary>
internal static class Quoted
{
    private const int MaxLength = 120;

    public static string Text(ReadOnlySpan<char> text)
    {
        var shown = new StringBuilder("'", Math.Min(text.Length, MaxLength) + 8);
        foreach (var letter in text[..Math.Min(text.Length, MaxLength)])
        {
            shown.Append(char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter);
        }

        return shown.Append(text.Length > MaxLength ? "…'" : "'").ToString();
    }

    public static string Text(ReadOnlySpan<byte> utf8)
    {
        return Text(Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * MaxLength)]));
    }

    public static string Shape(IReadOnlyList<long> shape)
    {
        return $"[{string.Join(", ", shape)}]";
    }
}
