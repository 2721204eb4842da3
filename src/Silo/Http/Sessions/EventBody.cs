using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>One event of a conversation; which fields it has its name says.</summary>
internal sealed record EventBody(long Sequence, string TurnId)
{
    public IReadOnlyList<PartBody>? Content { get; init; }

    public SettingsBody? Settings { get; init; }

    public DateTimeOffset? Time { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<int>? TokenIds { get; init; }

    public IReadOnlyList<float>? LogProbabilities { get; init; }

    public int? Index { get; init; }

    public long? Seed { get; init; }

    public int? Step { get; init; }

    public int? Steps { get; init; }

    /// <summary>A PNG, in base64.</summary>
    public byte[]? Preview { get; init; }

    public string? ImageId { get; init; }

    public string? Url { get; init; }

    public string? Reason { get; init; }

    public TurnUsage? Usage { get; init; }

    public string? Code { get; init; }

    public string? Message { get; init; }

    /// <summary>An event's name and fields.</summary>
    public static (string Name, EventBody Body) Of(ChatEvent e)
    {
        var body = new EventBody(e.Sequence, e.TurnId);
        return e switch
        {
            TurnAccepted accepted => ("accepted", body with
            {
                Content = [.. accepted.Content.Select(PartBody.Of)],
                Settings = SettingsBody.Of(accepted.Settings),
                Time = accepted.Time,
            }),
            TextDelta text => ("text", body with
            {
                Text = text.Text,
                TokenIds = text.LogProbabilities is null ? null : text.TokenIds,
                LogProbabilities = text.LogProbabilities,
            }),
            ImageStarted image => ("image_started", body with { Index = image.Index, Seed = image.Seed }),
            ImageProgress image => ("image_progress", body with { Index = image.Index, Step = image.Step, Steps = image.Steps, Preview = image.Preview }),
            ImageCompleted image => ("image_completed", body with { Index = image.Index, ImageId = image.Image.Hash, Url = ImageNames.Url(image.Image) }),
            TurnCompleted completed => ("completed", body with { Reason = Words.Of(completed.Reason), Usage = completed.Usage }),
            TurnCancelled => ("cancelled", body),
            TurnFailed failed => ("failed", body with { Code = failed.Code, Message = failed.Message }),
            _ => ("unknown", body), // of a newer silo
        };
    }
}

/// <summary>The end of a stream: nothing more comes until someone says something.</summary>
internal sealed record StreamEndBody(long LastSequence);
