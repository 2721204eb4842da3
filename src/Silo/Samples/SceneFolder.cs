using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Silo.Samples;

/// <summary>A folder of samples to look at: every picture, their texts, their records, and all of it on one sheet.</summary>
internal static class SceneFolder
{
    public const string RecordsName = "records.jsonl";
    public const string TextsName = "samples.txt";
    public const string SheetName = "sheet.png";

    /// <summary>How many samples the sheet shows at most: more would be a picture too large to open.</summary>
    public const int SheetSamples = 100;

    private const int ShownSide = 192;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Fills an empty folder.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="samples">What to write; at least one.</param>
    /// <param name="side">The side of the pictures in pixels.</param>
    public static void Write(string folder, IReadOnlyList<SceneSample> samples, int side)
    {
        using var records = new StreamWriter(Path.Combine(folder, RecordsName)) { NewLine = "\n" };
        using var texts = new StreamWriter(Path.Combine(folder, TextsName)) { NewLine = "\n" };
        foreach (var sample in samples)
        {
            var names = WritePictures(folder, sample, side);
            records.WriteLine(Record(sample, names).ToJsonString(Json));
            texts.WriteLine($"{sample.Data.Origin}: {string.Join(' ', sample.Data.Pieces.Zip(names, Line))}");
        }

        var zoom = Math.Max(ShownSide / side, 1);
        File.WriteAllBytes(Path.Combine(folder, SheetName), ImageProcessor.EncodePng(ContactSheet.Draw(SceneSheet.Rows(samples.Take(SheetSamples), side), zoom)));
    }

    // The name of each piece's picture; null for text.
    private static List<string?> WritePictures(string folder, SceneSample sample, int side)
    {
        var names = new List<string?>();
        foreach (var piece in sample.Data.Pieces)
        {
            names.Add(piece is ImagePiece ? $"{SceneSamples.Name(sample.Task)}-{sample.Index}-{names.Count(name => name is not null) + 1}.png" : null);
            if (piece is ImagePiece { Image: var image })
            {
                File.WriteAllBytes(Path.Combine(folder, names[^1]!), ImageProcessor.EncodePng(image.Load(side)));
            }
        }

        return names;
    }

    private static JsonObject Record(SceneSample sample, IReadOnlyList<string?> names) => new()
    {
        ["task"] = SceneSamples.Name(sample.Task),
        ["split"] = SceneSamples.Name(sample.Split),
        ["index"] = sample.Index,
        ["pieces"] = new JsonArray([.. sample.Data.Pieces.Zip(names, (piece, name) => Piece(piece, name))]),
        ["truth"] = JsonSerializer.SerializeToNode(sample.Truth, Json),
    };

    private static JsonObject Piece(SamplePiece piece, string? name) => piece switch
    {
        TextPiece text => new JsonObject { ["text"] = text.Text, ["trained"] = piece.IsTrained },
        TurnEndPiece => new JsonObject { ["turn_ends"] = true },
        _ => new JsonObject { ["image"] = name, ["trained"] = piece.IsTrained },
    };

    private static string Line(SamplePiece piece, string? name) => piece switch
    {
        TextPiece text => text.Text,
        TurnEndPiece => "--",
        _ => $"[{name}]",
    };
}
