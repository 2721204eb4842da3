using System.Buffers.Binary;
using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Metrics.Segmentation;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// Label maps as PNG files with eight bits per pixel, grey or with a palette. What counts is the number that the file holds, not the
/// colour that the palette shows for it.
/// </summary>
public static class LabelMapFile
{
    private const int SignatureLength = 8;
    private const int ChunkOverhead = 12; // length, name and checksum
    private const int HeaderEnd = SignatureLength + ChunkOverhead + 13;
    private const int DepthAt = 24;
    private const int ColourTypeAt = 25;
    private const byte Grey = 0;
    private const byte Palette = 3;

    /// <summary>Reads a map.</summary>
    /// <exception cref="DataException">The file is missing, no such PNG, or damaged.</exception>
    public static LabelMap Read(string path)
    {
        var file = File.Exists(path) ? File.ReadAllBytes(path) : throw new DataException($"'{path}' does not exist.");
        if (file.Length < HeaderEnd || !file.AsSpan(12).StartsWith("IHDR"u8) || file[DepthAt] != 8 || file[ColourTypeAt] is not (Grey or Palette))
        {
            throw new DataException($"'{path}' is not a PNG of 8 bits per pixel, grey or with a palette, which label maps are.");
        }

        try
        {
            var picture = new ImageProcessor().Decode(AsGrey(file), DecodePolicy.Raw);
            var labels = new byte[picture.Width * picture.Height];
            for (var i = 0; i < labels.Length; i++)
            {
                labels[i] = picture.Pixels[3 * i];
            }

            return new LabelMap(picture.Width, picture.Height, labels);
        }
        catch (ImageInputException e)
        {
            throw new DataException($"'{path}': {e.Message}", e);
        }
    }

    // Places in a palette are stored just as shades of grey are. So a file that says grey, and keeps only the chunks that hold pixels,
    // decodes to them, whatever the palette, transparency or colour space were.
    private static byte[] AsGrey(byte[] file)
    {
        var grey = new MemoryStream();
        file[ColourTypeAt] = Grey;
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(HeaderEnd - 4), Crc32(file.AsSpan(SignatureLength + 4, HeaderEnd - SignatureLength - 8)));
        grey.Write(file, 0, HeaderEnd);
        for (var (at, isLast) = (HeaderEnd, false); !isLast;)
        {
            var rest = file.AsSpan(at);
            var length = rest.Length < ChunkOverhead ? long.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest) + (long)ChunkOverhead;
            if (length > rest.Length)
            {
                throw new ImageInputException($"The image is cut short: its {file.Length} bytes end before its last chunk does.");
            }

            isLast = rest[4..].StartsWith("IEND"u8);
            if (isLast || rest[4..].StartsWith("IDAT"u8))
            {
                grey.Write(rest[..(int)length]);
            }

            at += (int)length;
        }

        return grey.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var checksum = uint.MaxValue;
        foreach (var value in bytes)
        {
            checksum ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                checksum = (checksum & 1) != 0 ? (checksum >> 1) ^ 0xEDB88320 : checksum >> 1;
            }
        }

        return ~checksum;
    }
}
