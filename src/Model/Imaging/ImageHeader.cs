using System.Buffers.Binary;

namespace MmiGrains.Model.Imaging;

/// <summary>
/// The format and size that a file's first bytes claim, read before any image library sees them. What is missing or odd here is
/// left for the library to refuse.
/// </summary>
internal static class ImageHeader
{
    private const int RiffHeader = 8;

    private static ReadOnlySpan<byte> JpegMark => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> PngMark => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="ImageInputException">The format is unknown, or the claimed size is zero or over a limit.</exception>
    public static void Check(ReadOnlySpan<byte> file, ImageLimits limits)
    {
        if (ReadSize(file) is var (width, height))
        {
            limits.CheckSize(width, height);
        }
    }

    /// <summary>The claimed size; null where the first bytes do not tell.</summary>
    /// <exception cref="ImageInputException">The format is unknown.</exception>
    public static (long Width, long Height)? ReadSize(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(JpegMark))
        {
            return ReadJpeg(file);
        }

        if (file.StartsWith(PngMark))
        {
            return file.Length < 24 ? null : (Big32(file, 16), Big32(file, 20));
        }

        if (file.StartsWith("RIFF"u8) && file.Length >= 12 && file[8..].StartsWith("WEBP"u8))
        {
            return ReadWebp(file);
        }

        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
        {
            return file.Length < 10 ? null : (Little16(file, 6), Little16(file, 8));
        }

        if (file.StartsWith("BM"u8))
        {
            return ReadBmp(file);
        }

        throw new ImageInputException($"The {file.Length} bytes are not an image of a known format (JPEG, PNG, WebP, GIF, BMP).");
    }

    // Segments up to the first frame header; C4, C8 and CC share its range of markers but are tables.
    private static (long Width, long Height)? ReadJpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 <= file.Length && file[at] == 0xFF;)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return (Big16(file, at + 7), Big16(file, at + 5));
            }
            else
            {
                at += 2 + Big16(file, at + 2);
            }
        }

        return null;
    }

    private static (long Width, long Height)? ReadWebp(ReadOnlySpan<byte> file)
    {
        // The library calls a shortened WebP damaged; its own length says which it is. The last byte may be padding.
        var whole = RiffHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        if (file.Length + 1 < whole)
        {
            throw new ImageInputException($"The image is cut short: it has {file.Length} of its {whole} bytes.");
        }

        if (file.Length < 30)
        {
            return null;
        }

        if (file[12..].StartsWith("VP8X"u8))
        {
            return (Little24(file, 24) + 1, Little24(file, 27) + 1);
        }

        if (file[12..].StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return ((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
        }

        return file[12..].StartsWith("VP8 "u8) ? (Little16(file, 26) & 0x3FFF, Little16(file, 28) & 0x3FFF) : null;
    }

    // OS/2's header has 16-bit sides; in all others a negative height says that rows come from the top.
    private static (long Width, long Height)? ReadBmp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 26)
        {
            return null;
        }

        return BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) == 12
            ? (Little16(file, 18), Little16(file, 20))
            : (Little32(file, 18), Math.Abs((long)Little32(file, 22)));
    }

    private static int Big16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16BigEndian(file[at..]);

    private static uint Big32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt32BigEndian(file[at..]);

    private static int Little16(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);

    private static int Little24(ReadOnlySpan<byte> file, int at) => Little16(file, at) | (file[at + 2] << 16);

    private static int Little32(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file[at..]);
}
