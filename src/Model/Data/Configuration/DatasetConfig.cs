using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>
/// What a data set is: {"name": "mmc4", "kind": "mmc4", "files": "docs_shard_*.jsonl.zip", "images": "images", ...} with the options
/// of its kind beside them. Paths are relative to the configuration's folder.
/// </summary>
public sealed record DatasetConfig
{
    private const long LargestFile = 1 << 20;

    private static readonly JsonDocumentOptions Lenient = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Its name in samples and messages; the kind's where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="DatasetCatalog.Kinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its files, with *, ?, ** and {0..9}.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>The folder that images are named from; null for that of the file that names them.</summary>
    public string? Images { get; init; }

    /// <summary>Whether rows may name images anywhere by an absolute path.</summary>
    public bool AllowsAbsolutePaths { get; init; }

    /// <summary>Its share in a mixture, against the others' weights.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Rows that are shuffled together; 1 for the order of the files.</summary>
    public int ShuffleWindow { get; init; } = 1000;

    /// <summary>Rows it has, where that is known; else they are counted if need be.</summary>
    public long? Size { get; init; }

    /// <summary>The folder that its paths are relative to.</summary>
    public required string Folder { get; init; }

    /// <summary>Where it stands, for messages.</summary>
    public required string Place { get; init; }

    /// <summary>What its kind makes of the rest.</summary>
    public required DatasetOptions Options { get; init; }

    /// <summary>Reads a configuration's file: a data set, or a list of them, which is a mixture.</summary>
    /// <exception cref="DataException">It is missing or no configuration.</exception>
    public static DatasetConfig Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > LargestFile)
        {
            throw new DataException(file.Exists
                ? $"'{path}' has {file.Length} bytes; a configuration has at most {LargestFile}."
                : $"'{path}' does not exist.");
        }

        return Parse(File.ReadAllText(path), Path.GetDirectoryName(file.FullName)!, $"'{path}'");
    }

    /// <summary>Reads a configuration's text.</summary>
    /// <param name="json">A data set, or a list of them, which is a mixture.</param>
    /// <param name="folder">What its paths are relative to.</param>
    /// <param name="place">What messages call it.</param>
    /// <exception cref="DataException">It is no configuration.</exception>
    public static DatasetConfig Parse(string json, string folder, string place)
    {
        try
        {
            var node = JsonNode.Parse(json, documentOptions: Lenient);
            var set = node is JsonArray list ? new JsonObject { ["datasets"] = list.DeepClone() } : node as JsonObject;
            return Parse(set ?? throw new DataException($"{place} must hold a data set or a list of them."), folder, place);
        }
        catch (JsonException e)
        {
            throw new DataException($"{place} is not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')} (line {e.LineNumber + 1}).", e);
        }
    }

    /// <summary>Reads a configuration's object.</summary>
    /// <exception cref="DataException">It is no configuration.</exception>
    public static DatasetConfig Parse(JsonObject json, string folder, string place)
    {
        var options = new DatasetOptions(place, json);
        var kind = options.OptionalText("kind")
            ?? (json.ContainsKey("datasets") ? "mix" : throw options.Wrong("kind", $"must be given: {DatasetCatalog.KindNames}"));
        var name = options.Text("name", kind);
        if (json.ContainsKey("path") && json.ContainsKey("files"))
        {
            throw options.Wrong("path", "means the same as 'files'; give one of them");
        }

        var config = new DatasetConfig
        {
            Name = name,
            Kind = kind,
            Files = options.Texts("files", options.Texts("path")),
            Images = options.OptionalText("images") is { } images ? Path.Combine(folder, images) : null,
            AllowsAbsolutePaths = options.Flag("absolute_paths"),
            Weight = options.Number("weight", 1, 1e-9, 1e9),
            ShuffleWindow = options.Integer("shuffle_window", 1000, 1, 1_000_000),
            Size = json.ContainsKey("size") ? (long)options.Number("size", 1, 1, 1e15) : null,
            Folder = folder,
            Place = place,
            Options = options,
        };
        return config with { Options = options.Rest() };
    }
}
