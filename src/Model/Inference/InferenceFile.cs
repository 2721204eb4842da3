using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Model.Inference;

/// <summary>The reference's inference file (<c>annt.json</c>): a list of samples.</summary>
public static class InferenceFile
{
    private const long LargestFile = 64L << 20;
    private static readonly string[] Modes = ["generate_texts", "generate_images"];

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InferenceException">The file or one of its samples cannot be run.</exception>
    public static IReadOnlyList<InferenceSample> Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new InferenceException($"'{path}' does not exist.");
        }

        if (file.Length > LargestFile)
        {
            throw new InferenceException($"'{path}' has {file.Length} bytes; an inference file has at most {LargestFile}.");
        }

        try
        {
            var samples = JsonNode.Parse(File.ReadAllBytes(path)) as JsonArray
                ?? throw new InferenceException($"'{path}' must hold a list of samples.");
            return [.. samples.Select((sample, i) => ReadSample(sample, $"'{path}', sample {i}"))];
        }
        catch (JsonException e)
        {
            throw new InferenceException($"'{path}' is not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')} (line {e.LineNumber + 1}).");
        }
    }

    /// <summary>Checks one sample.</summary>
    /// <param name="json">The sample.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <exception cref="InferenceException">It cannot be run.</exception>
    public static InferenceSample ReadSample(JsonNode? json, string place)
    {
        var field = new Field(place, json as JsonObject);
        var sample = new InferenceSample(
            field.List<string>("sentences"), field.List<string>("images", []), field.List<int>("sentence_ixs", []), field.List<bool>("image_first", []))
        {
            GenerateMode = field.Optional<string>("generate_mode"),
            IterationCount = field.OptionalNumber("num_iter"),
            MultiroundContext = field.Has("multiround_context") ? field.List<string>("multiround_context") : null,
            Source = field.Sample,
        };

        field.Require(sample.SentenceIndices.Count == sample.Images.Count, "sentence_ixs", $"must list one sentence for each of {sample.Images.Count} images; it lists {sample.SentenceIndices.Count}");
        field.Require(sample.ImageFirst.Count == sample.Images.Count, "image_first", $"must list one value for each of {sample.Images.Count} images; it lists {sample.ImageFirst.Count}");
        foreach (var index in sample.SentenceIndices)
        {
            field.Require(index >= 0 && index < sample.Sentences.Count, "sentence_ixs", $"must be 0 to {sample.Sentences.Count - 1}; it is {index}");
        }

        field.Require(sample.GenerateMode is null || Modes.Contains(sample.GenerateMode), "generate_mode", $"must be one of {string.Join(", ", Modes)}; it is '{sample.GenerateMode}'");
        field.Require(sample.IterationCount is null or (>= 1 and <= 1000), "num_iter", $"must be 1 to 1000; it is {sample.IterationCount}");
        return sample;
    }

    private sealed class Field(string place, JsonObject? sample)
    {
        public JsonObject Sample { get; } = sample ?? throw new InferenceException($"{place}: must be an object.");

        public bool Has(string name) => Sample[name] is not null;

        public IReadOnlyList<T> List<T>(string name, IReadOnlyList<T>? otherwise = null)
        {
            if (!Has(name) && otherwise is not null)
            {
                return otherwise;
            }

            var list = Sample[name] as JsonArray ?? throw Wrong(name, "must be a list");
            return [.. list.Select((item, i) => item is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Wrong(name, $"entry {i} must be a {Word<T>()}"))];
        }

        public T? Optional<T>(string name)
            where T : class => !Has(name) ? null : Sample[name] is JsonValue value && value.TryGetValue<T>(out var result) ? result : throw Wrong(name, $"must be a {Word<T>()}");

        public int? OptionalNumber(string name) =>
            !Has(name) ? null : Sample[name] is JsonValue value && value.TryGetValue<int>(out var result) ? result : throw Wrong(name, "must be a whole number");

        public void Require(bool holds, string name, string rule)
        {
            if (!holds)
            {
                throw Wrong(name, rule);
            }
        }

        private InferenceException Wrong(string name, string rule) => new($"{place}, field '{name}': {rule}.");

        private static string Word<T>() => typeof(T) == typeof(string) ? "text" : typeof(T) == typeof(bool) ? "true or false" : "whole number";
    }
}
