using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using MmiGrains.Model.Data;
using MmiGrains.Model.Weights;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>
/// The file format of one numpy array: a mark, a version, the length of a header, the header (a Python dictionary of descr,
/// fortran_order and shape), and the values. Read here are matrices of float32 and float64 in little-endian order.
/// </summary>
internal static partial class NpyFile
{
    private const int VersionAt = 6;
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Mark => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Whether a file begins with numpy's mark.</summary>
    public static bool IsOne(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[VersionAt];
        return file.ReadAtLeast(start, VersionAt, throwOnEndOfStream: false) == VersionAt && start.SequenceEqual(Mark);
    }

    /// <summary>The matrix, row after row.</summary>
    /// <exception cref="DataException">The array is no matrix, of another type, or the file is damaged.</exception>
    public static (int Rows, int Columns, double[] Values) Read(string path)
    {
        using var file = MappedFile.Open(path);
        var (header, dataAt) = ReadHeader(file);
        var (type, shape) = (Type().Match(header), Shape().Match(header));
        if (!type.Success || !shape.Success)
        {
            throw new DataException($"'{path}': its header is not that of a numpy array: {Quoted.Text(header)}.");
        }

        var width = type.Groups[1].Value switch
        {
            "<f4" => sizeof(float),
            "<f8" => sizeof(double),
            var other => throw new DataException($"'{path}' has values of type '{other}'; features are '<f4' or '<f8'."),
        };
        var extents = shape.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(extent => long.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToList();
        var (rows, columns) = FeatureFile.Sides(path, extents);
        var (stored, needed) = (file.Length - dataAt, (long)rows * columns * width);
        if (stored != needed)
        {
            throw new DataException($"'{path}' has {stored} bytes of values; {rows} x {columns} of {width} bytes are {needed}.");
        }

        var values = ReadValues(file, dataAt, (rows, columns), width);
        return (rows, columns, ColumnsFirst().IsMatch(header) ? Transpose(values, rows, columns) : values);
    }

    private static (string Text, int DataAt) ReadHeader(MappedFile file)
    {
        // Version 1 has two bytes for the header's length, later ones four.
        var sizeAt = VersionAt + 2;
        var start = file.Span(0, (int)Math.Min(file.Length, sizeAt + 4));
        var lengthBytes = start.Length > VersionAt && start[VersionAt] == 1 ? 2 : 4;
        long length = start.Length < sizeAt + lengthBytes ? long.MaxValue
            : lengthBytes == 2 ? MemoryMarshal.Read<ushort>(start[sizeAt..]) : MemoryMarshal.Read<uint>(start[sizeAt..]);
        var dataAt = sizeAt + lengthBytes + Math.Min(length, LongestHeader);
        return length <= LongestHeader && dataAt <= file.Length
            ? (Encoding.UTF8.GetString(file.Span(sizeAt + lengthBytes, (int)length)), (int)dataAt)
            : throw new DataException($"'{file.Path}' is cut short: its {file.Length} bytes end before its header does.");
    }

    // One line of the file at a time: a span covers 2 GiB at most.
    private static double[] ReadValues(MappedFile file, long dataAt, (int Rows, int Columns) sides, int width)
    {
        var values = new double[sides.Rows * sides.Columns];
        for (var row = 0; row < sides.Rows; row++)
        {
            var into = values.AsSpan(row * sides.Columns, sides.Columns);
            var bytes = file.Span(dataAt + ((long)row * sides.Columns * width), sides.Columns * width);
            if (width == sizeof(double))
            {
                MemoryMarshal.Cast<byte, double>(bytes).CopyTo(into);
            }
            else
            {
                TensorPrimitives.ConvertSaturating<float, double>(MemoryMarshal.Cast<byte, float>(bytes), into);
            }
        }

        return values;
    }

    private static double[] Transpose(double[] values, int rows, int columns)
    {
        var result = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var (column, row) = Math.DivRem(i, rows);
            result[(row * columns) + column] = values[i];
        }

        return result;
    }

    [GeneratedRegex(@"'descr'\s*:\s*'([^']*)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'shape'\s*:\s*\(([^)]*)\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'fortran_order'\s*:\s*True")]
    private static partial Regex ColumnsFirst();
}
