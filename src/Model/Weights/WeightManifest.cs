using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmiGrains.Model.Weights;

/// <summary>What a folder of weights held when it was made: every file, its size and its SHA-256. Hidden files do not count.</summary>
public sealed record WeightManifest([property: JsonPropertyName("files")] IReadOnlyList<ManifestFile> Files)
{
    /// <summary>The manifest's own name in its folder.</summary>
    public const string FileName = "manifest.json";

    private const int MaxBytes = 16 << 20;
    private const int MaxFolderDepth = 8;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict) { WriteIndented = true, NewLine = "\n" };

    /// <summary>Reads every file of a folder and writes down what is there.</summary>
    /// <exception cref="WeightFileException">A file cannot be read, or the manifest cannot be written.</exception>
    public static WeightManifest Write(string folder)
    {
        var manifest = new WeightManifest([.. NamesIn(folder).Select(name => Measure(folder, name))]);
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, Json);
        NewFile.Write(Path.Combine(folder, FileName), stream =>
        {
            stream.Write(text);
            stream.Write("\n"u8);
        });
        return manifest;
    }

    /// <summary>Reads a folder's manifest, without looking at the files that it names.</summary>
    /// <exception cref="WeightFileException">There is none, or it is malformed.</exception>
    public static WeightManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        using var file = MappedFile.Open(path);
        if (file.Length > MaxBytes)
        {
            throw new WeightFileException(path, $"is {file.Length} bytes long, above the limit of {MaxBytes} for a manifest.");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize<WeightManifest>(file.Span(0, (int)file.Length), Json);
            foreach (var entry in manifest?.Files ?? throw new JsonException())
            {
                RequireValid(path, entry);
            }

            var twice = manifest.Files.GroupBy(entry => entry.Name).FirstOrDefault(group => group.Count() > 1);
            return twice is null ? manifest : throw new WeightFileException(path, $"lists the file {Quoted.Text(twice.Key)} twice.");
        }
        catch (JsonException problem)
        {
            throw new WeightFileException(path, """is not a manifest of the form {"files":[{"name":…,"bytes":…,"sha256":…}]}.""", problem);
        }
    }

    /// <summary>Reads every file of a folder and compares it with the manifest there.</summary>
    /// <exception cref="WeightFileException">A file differs, is missing, or is not listed.</exception>
    public static void Verify(string folder)
    {
        var expected = Read(folder).Files;
        foreach (var entry in expected)
        {
            using var stream = OpenForReading(Path.Combine(folder, entry.Name));
            if (stream.Length != entry.Bytes)
            {
                throw new WeightFileException(stream.Name, $"has {stream.Length} bytes, but {FileName} says {entry.Bytes}.");
            }

            var sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            if (sha256 != entry.Sha256)
            {
                throw new WeightFileException(stream.Name, $"has the SHA-256 {sha256}, but {FileName} says {entry.Sha256}.");
            }
        }

        if (NamesIn(folder).Except(expected.Select(entry => entry.Name)).FirstOrDefault() is { } stray)
        {
            throw new WeightFileException(Path.Combine(folder, stray), $"is not listed in {FileName}.");
        }
    }

    // Names lead down from the folder and never out of it.
    private static void RequireValid(string path, ManifestFile? entry)
    {
        if (entry is null || entry.Name.Split('/').Any(part => part is "" or "." or "..") || entry.Name.Any(letter => letter == '\\' || char.IsControl(letter)))
        {
            throw new WeightFileException(path, $"lists the file {Quoted.Text(entry?.Name)}, which is not a path below its folder.");
        }

        if (entry.Bytes < 0 || entry.Sha256.Length != 64 || !entry.Sha256.All(char.IsAsciiHexDigitLower))
        {
            throw new WeightFileException(
                path, $"gives {Quoted.Text(entry.Name)} {entry.Bytes} bytes and the SHA-256 {Quoted.Text(entry.Sha256)}, which are not a size and 64 small hexadecimal digits.");
        }
    }

    private static IEnumerable<string> NamesIn(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new WeightFileException(folder, "is not a folder.");
        }

        // The default skips hidden files, and the depth ends a loop of links.
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = MaxFolderDepth, IgnoreInaccessible = false };
        return Directory.EnumerateFiles(folder, "*", options)
            .Select(path => Path.GetRelativePath(folder, path))
            .Where(name => name != FileName)
            .Order(StringComparer.Ordinal);
    }

    private static ManifestFile Measure(string folder, string name)
    {
        using var stream = OpenForReading(Path.Combine(folder, name));
        return new ManifestFile(name, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static FileStream OpenForReading(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, $"is missing, but {FileName} lists it.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new WeightFileException(path, $"cannot be opened for reading: {problem.Message}", problem);
        }
    }
}
