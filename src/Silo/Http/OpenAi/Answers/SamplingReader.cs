using System.Text.Json;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>Reads how an answer is to be generated. What is not given is as everywhere in the system: greedy.</summary>
internal static class SamplingReader
{
    private const int MostTokens = 1 << 20, MostStops = 4, MostStopCharacters = 256;
    private const double LeastTopP = 1e-6; // which takes the likeliest token, as 0 means to

    /// <summary>The settings.</summary>
    /// <exception cref="ApiException">One of them cannot be.</exception>
    public static GenerationSettings Read(JsonFields body)
    {
        body.Ignore("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key");
        body.Whole("n", 1, 1);
        var (usual, newer, older) = (new GenerationSettings(), body.Whole("max_completion_tokens", 1, MostTokens), body.Whole("max_tokens", 1, MostTokens));
        return usual with
        {
            MaxTokens = (int)(newer ?? older ?? usual.MaxTokens),
            Temperature = body.Number("temperature", 0, 2) ?? usual.Temperature,
            TopP = Math.Max(body.Number("top_p", 0, 1) ?? usual.TopP, LeastTopP),
            Seed = body.Whole("seed", long.MinValue, long.MaxValue) is { } seed ? seed & int.MaxValue : null,
            Stop = ReadStop(body),
            PreviewEvery = 0,
        };
    }

    /// <summary>How pictures are painted, where a client knows of it.</summary>
    public static GenerationSettings ReadPainting(JsonFields body, GenerationSettings settings) => settings with
    {
        MaxImages = (int)(body.Whole("max_images", 0, 64) ?? settings.MaxImages),
        ImageSteps = (int)(body.Whole("image_steps", 1, 1000) ?? settings.ImageSteps),
        GuidanceScale = body.Number("guidance_scale", 0, 100) ?? settings.GuidanceScale,
    };

    private static IReadOnlyList<string> ReadStop(JsonFields body)
    {
        if (body.Find("stop") is not { } stop)
        {
            return [];
        }

        return stop.ValueKind == JsonValueKind.String
            ? [Text(stop, "stop")]
            : [.. JsonFields.ItemsOf(stop, "stop", MostStops).Select(item => Text(item.Value, item.Path))];
    }

    private static string Text(JsonElement value, string path) =>
        JsonFields.TextOf(value, path, MostStopCharacters) is { Length: > 0 } text ? text
            : throw JsonFields.Refuse("invalid_value", path, $"{path} must have 1 to {MostStopCharacters} characters; it has 0.");
}
