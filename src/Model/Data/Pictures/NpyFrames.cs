using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>
/// Frames in NumPy's .npy format, as FlintstonesSV keeps its scenes: bytes of shape [frames, height, width, 3] or [height, width, 3].
/// Only the frame that is wanted is read.
/// </summary>
internal static partial class NpyFrames
{
    private static readonly ImageLimits Limits = new();

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The frame <paramref name="draw"/> modulo the number of frames.</summary>
    /// <exception cref="ImageInputException">The file holds no frames.</exception>
    public static RgbImage Read(string path, int draw)
    {
        using var stream = File.OpenRead(path);
        var header = ReadHeader(stream);
        var shape = Shape().Match(header) is { Success: true } found
            ? found.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(side => long.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0).ToArray()
            : [];
        var type = Type().Match(header).Groups[1].Value;
        if (type.Contains('O', StringComparison.Ordinal))
        {
            throw new ImageInputException("The array holds Python objects, that is a pickle, which can run any program when it is read; save its frames with numpy.save as an array of uint8, or as PNG files.");
        }

        if (type is not ("|u1" or "u1") || !header.Contains("'fortran_order': False", StringComparison.Ordinal) || shape is not ([_, _, 3] or [> 0, _, _, 3]))
        {
            throw new ImageInputException($"Frames are uint8 of shape [frames, height, width, 3] in C order; this array is {header.Trim()}.");
        }

        var (height, width) = (shape[^3], shape[^2]);
        Limits.CheckSize(width, height);
        var pixels = new byte[3 * width * height];
        stream.Position += shape.Length == 4 ? draw % shape[0] * pixels.Length : 0;
        stream.ReadExactly(pixels);
        return new RgbImage((int)width, (int)height, pixels);
    }

    // Version 1 has the header's length in two bytes, later ones in four.
    private static string ReadHeader(FileStream stream)
    {
        Span<byte> start = stackalloc byte[12];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (read < start.Length || !start.StartsWith(Magic))
        {
            throw new ImageInputException($"The {stream.Length} bytes are not a NumPy array.");
        }

        var isFirst = start[6] == 1;
        var length = isFirst ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > Math.Min(stream.Length, 1 << 16))
        {
            throw new ImageInputException($"The NumPy array's header would have {length} bytes.");
        }

        var header = new byte[length];
        stream.Position = isFirst ? 10 : 12;
        stream.ReadExactly(header);
        return Encoding.Latin1.GetString(header);
    }

    [GeneratedRegex(@"'shape': *\(([0-9, ]{1,60})\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr': *'([^']*)'")]
    private static partial Regex Type();
}
