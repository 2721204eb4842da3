using System.Text.Json;
using MmiGrains.Model.Data;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>Reads JSON files of annotations and results; what is wrong with one is a sentence with its name.</summary>
internal static class JsonInput
{
    private const long LargestFile = 1L << 30;

    /// <summary>What <paramref name="read"/> makes of the file's whole content.</summary>
    /// <exception cref="DataException">The file is missing, too large, not JSON, or refused by <paramref name="read"/>.</exception>
    public static T Read<T>(string path, Func<JsonPlace, T> read) => Parse(path, "", Bytes(path), read);

    /// <summary>What <paramref name="read"/> makes of each line that is not blank.</summary>
    /// <exception cref="DataException">The file is missing, too large, a line is not JSON, or refused by <paramref name="read"/>.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string path, Func<JsonPlace, T> read)
    {
        var (content, results) = (Bytes(path).AsMemory(), new List<T>());
        for (var number = 1; content.Length > 0; number++)
        {
            var end = content.Span.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            content = content[(end < 0 ? content.Length : end + 1)..];
            if (line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                results.Add(Parse(path, $", line {number}", line, read));
            }
        }

        return results;
    }

    private static byte[] Bytes(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new DataException($"'{path}' does not exist.");
        }

        return file.Length <= LargestFile
            ? File.ReadAllBytes(path)
            : throw new DataException($"'{path}' has {file.Length} bytes; a file of annotations or results has at most {LargestFile}.");
    }

    private static T Parse<T>(string path, string where, ReadOnlyMemory<byte> json, Func<JsonPlace, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(new JsonPlace($"'{path}'{where}", document.RootElement));
        }
        catch (JsonException e)
        {
            var line = where.Length > 0 ? "" : $" (line {e.LineNumber + 1})";
            throw new DataException($"'{path}'{where} is not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}{line}.", e);
        }
        catch (InvalidOperationException e)
        {
            // Kinds of values are checked before they are read, so only half of a surrogate pair is left.
            throw new DataException($"'{path}'{where} holds text that is not Unicode.", e);
        }
    }
}
