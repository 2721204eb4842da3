using System.Runtime.Intrinsics;

namespace MmiGrains.Model.Imaging;

/// <summary>Two ways from unpremultiplied RGBA to RGB.</summary>
internal static class AlphaFlattening
{
    private const byte White = 255;

    private static readonly Vector128<byte> WithoutAlpha = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 0, 0, 0, 0);

    /// <summary>Forgets alpha; a fully transparent pixel keeps the colour stored below it.</summary>
    public static void Drop(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        // Sixteen bytes at a time: four pixels, then four bytes that the next store or the loop below puts right.
        var (from, to) = (0, 0);
        for (; to + Vector128<byte>.Count <= rgb.Length; from += 16, to += 12)
        {
            Vector128.Shuffle(Vector128.Create(rgba.Slice(from, 16)), WithoutAlpha).CopyTo(rgb[to..]);
        }

        for (; from < rgba.Length; from += 4, to += 3)
        {
            rgba.Slice(from, 3).CopyTo(rgb[to..]);
        }
    }

    /// <summary>Lays the picture on white.</summary>
    public static void OverWhite(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            var alpha = rgba[from + 3];
            rgb[to] = Blend(rgba[from], alpha);
            rgb[to + 1] = Blend(rgba[from + 1], alpha);
            rgb[to + 2] = Blend(rgba[from + 2], alpha);
        }
    }

    private static byte Blend(byte colour, byte alpha) =>
        (byte)(((colour * alpha) + (White * (255 - alpha)) + 127) / 255);
}
