using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Chat;

/// <summary>What a turn must satisfy before it is accepted.</summary>
internal static class TurnRules
{
    private const int MaxKeyLength = 255;
    private const int MaxTokens = 1 << 20;

    public static void Check(TurnRequest request, ChatOptions options)
    {
        var (key, content, settings) = (request.IdempotencyKey, request.Content, request.Settings);
        Require(key.Length is > 0 and <= MaxKeyLength && key.All(c => c is > ' ' and <= '~'), "idempotency_key",
            $"idempotency_key must be 1 to {MaxKeyLength} visible ASCII characters; it has {key.Length}.");
        Require(content.Count > 0, "content", "content must have at least one text or image; it has none.");
        Require(content.Count <= options.MaxSegments, "content", $"content may have {options.MaxSegments} texts and images; it has {content.Count}.");
        Require(content.OfType<TextSegment>().All(text => text.Text.Length > 0), "content", "content has an empty text.");
        var characters = content.OfType<TextSegment>().Sum(text => (long)text.Text.Length);
        Require(characters <= options.MaxCharacters, "content", $"content may have {options.MaxCharacters} characters; it has {characters}.", "context_length_exceeded");
        Range("max_tokens", settings.MaxTokens, settings.ImageFirst ? 0 : 1, MaxTokens); // without text the answer is the image
        Range("temperature", settings.Temperature, 0, 10);
        Range("top_p", settings.TopP, 1e-6, 1);
        Range("max_images", settings.MaxImages, 0, 64);
        Range("image_steps", settings.ImageSteps, 1, 1000);
        Range("guidance_scale", settings.GuidanceScale, 0, 100);
        Range("preview_every", settings.PreviewEvery, 0, 1000);
        Require(settings.Stop.Count <= options.MaxStops, "stop", $"stop may have {options.MaxStops} texts; it has {settings.Stop.Count}.");
        Require(settings.Stop.All(stop => stop.Length is > 0 and <= 256), "stop", "stop has a text that is empty or longer than 256 characters.");
        Require(request.TimeLimit is null || request.TimeLimit > TimeSpan.Zero, "time_limit", $"time_limit must be more than 0; it is {request.TimeLimit}.");
        Require(!settings.ImageFirst || settings.MaxImages > 0, "max_images", "max_images is 0, and the answer is to begin with an image.");
    }

    /// <summary>An opening is one record of the journal.</summary>
    public static void CheckOpening(SessionOpening opening, int bytes)
    {
        var most = new Journal.JournalOptions().MaxPayloadBytes;
        Require(bytes <= most, "history", $"history may have {most} bytes as JSON; it has {bytes}.", "context_length_exceeded");
        Require(opening.History.SelectMany(past => past.Content.Concat(past.Answer)).OfType<TextSegment>().All(text => text.Text.Length > 0), "history", "history has an empty text.");
    }

    /// <summary>Refuses before anything is journaled what cannot be answered now, or ever.</summary>
    /// <returns>Hash of the model that would answer.</returns>
    public static async Task<string> RequireRoomAsync(IGrainFactory grains, WorkerChoice workers, string warmName, TurnRequest request, SessionState state, ChatOptions options)
    {
        if (state.OpenCount >= options.MaxOpenTurns)
        {
            throw new CapacityExceededException($"A session may have {options.MaxOpenTurns} turns that wait for an answer; this one has {state.OpenCount}.", isPassing: true);
        }

        foreach (var image in request.Content.OfType<ImageSegment>().Select(segment => segment.Image).Distinct())
        {
            _ = await grains.GetGrain<IImageGrain>(image.ToString()).DescribeAsync() ?? throw new ImageNotFoundException(image.Hash);
        }

        var worker = await workers.FindAsync(WorkerRole.Decoder, warmName, [], [], null, CancellationToken.None)
            ?? throw new CapacityExceededException("No decoder is there.", isPassing: true);
        var (tokens, limit) = await grains.GetGrain<IDecoderWorkerGrain>(worker.Key).CountAsync([.. request.Content.Select(SessionTurn.PartOf)]);
        if (tokens >= limit)
        {
            throw new InvalidTurnException("context_length_exceeded", "content", $"content may have {limit - 1} tokens, visual tokens included; it has {tokens}.");
        }

        return worker.Model;
    }

    private static void Range(string field, double value, double least, double most) =>
        Require(value >= least && value <= most, field, $"{field} must be {least} to {most}; it is {value}.");

    private static void Require(bool holds, string field, string sentence, string code = "invalid_value")
    {
        if (!holds)
        {
            throw new InvalidTurnException(code, field, sentence);
        }
    }
}
