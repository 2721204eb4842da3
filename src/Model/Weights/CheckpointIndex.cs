using System.Text.Json;

namespace MmiGrains.Model.Weights;

/// <summary>The index of a checkpoint in several files: which tensor is in which of them.</summary>
internal sealed class CheckpointIndex
{
    private const int MaxBytes = 16 << 20;
    private const int MaxShards = 4096;

    private CheckpointIndex(string path, JsonElement root)
    {
        Path = path;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw new WeightFileException(path, "has no object 'weight_map' of tensors and their files.");
        }

        FileOf = map.EnumerateObject().ToDictionary(pair => RequireName(pair.Name), pair => RequireFile(pair.Name, pair.Value));
        Files = [.. FileOf.Values.Distinct().Order(StringComparer.Ordinal)];
        Metadata = ReadMetadata(root);
        if (Files.Count > MaxShards)
        {
            throw new WeightFileException(path, $"names {Files.Count} files, above the limit of {MaxShards}.");
        }
    }

    public string Path { get; }

    /// <summary>The file of each tensor.</summary>
    public IReadOnlyDictionary<string, string> FileOf { get; }

    /// <summary>The files, by name.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>The texts and numbers among the notes of the index.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    public static CheckpointIndex Read(string path)
    {
        using var file = MappedFile.Open(path);
        if (file.Length > MaxBytes)
        {
            throw new WeightFileException(path, $"is an index of {file.Length} bytes, above the limit of {MaxBytes}.");
        }

        try
        {
            var bytes = file.Span(0, (int)file.Length).ToArray();
            using var json = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            return new CheckpointIndex(path, json.RootElement);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new WeightFileException(path, "is not an index: it is not valid JSON, or it has a name twice.", problem);
        }
    }

    private string RequireName(string name)
    {
        return name.Length > 0 ? name : throw new WeightFileException(Path, "has a tensor whose name is empty.");
    }

    // A name that leads elsewhere would let an index open any file of this machine.
    private string RequireFile(string tensor, JsonElement value)
    {
        var file = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return file is not ("" or "." or "..") && !file.Any(letter => letter is '/' or '\\' || char.IsControl(letter))
            ? file
            : throw new WeightFileException(
                Path, $"places the tensor {Quoted.Text(tensor)} in {Quoted.Text(value.GetRawText())}, which is not the plain name of a file beside it.");
    }

    private static Dictionary<string, string> ReadMetadata(JsonElement root)
    {
        return root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            ? metadata.EnumerateObject()
                .Where(pair => pair.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
                .ToDictionary(pair => pair.Name, pair => pair.Value.ToString())
            : [];
    }
}
