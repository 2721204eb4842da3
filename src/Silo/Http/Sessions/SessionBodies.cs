using System.Text.Json.Serialization;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Chat;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>A conversation that has begun.</summary>
internal sealed record NewSessionBody(string Id);

/// <summary>A page of conversations, the one last spoken to first.</summary>
/// <param name="Sessions">They.</param>
/// <param name="Next">Where the next page begins, as the parameter <c>before</c>; absent on the last.</param>
internal sealed record SessionListBody(IReadOnlyList<SessionListItem> Sessions, string? Next);

/// <summary>A conversation in a list.</summary>
internal sealed record SessionListItem(string Id, string Title, DateTimeOffset Time)
{
    public static SessionListItem Of(SessionEntry entry) => new(entry.SessionId, entry.Title, entry.Time);
}

/// <summary>What of a conversation goes into a new one: all that is ended, or up to a turn, or what is before a turn.</summary>
internal sealed record ForkBody
{
    public string? AfterTurn { get; init; }

    public string? BeforeTurn { get; init; }
}

/// <summary>What a user says.</summary>
internal sealed record NewTurnBody
{
    [JsonRequired]
    public IReadOnlyList<PartBody> Content { get; init; } = [];

    public SettingsBody? Settings { get; init; }
}

/// <summary>A conversation.</summary>
internal sealed record TranscriptBody(string Id, long LastSequence, IReadOnlyList<TurnBody> Turns)
{
    public static TranscriptBody Of(Transcript transcript) => new(transcript.SessionId, transcript.LastSequence, [.. transcript.Turns.Select(TurnBody.Of)]);
}

/// <summary>What a user said, and the answer so far.</summary>
internal sealed record TurnBody(
    string Id, long Sequence, DateTimeOffset Time, string State, IReadOnlyList<PartBody> Content, IReadOnlyList<PartBody> Answer, SettingsBody Settings)
{
    public string? Reason { get; init; }

    public TurnUsage? Usage { get; init; }

    public string? ErrorCode { get; init; }

    public string? ErrorMessage { get; init; }

    public static TurnBody Of(Turn turn) => new(
        turn.TurnId, turn.Sequence, turn.Time, Words.Of(turn.State), [.. turn.Content.Select(PartBody.Of)], [.. turn.Answer.Select(PartBody.Of)],
        SettingsBody.Of(turn.Settings))
    {
        Reason = turn.End is TurnCompleted completed ? Words.Of(completed.Reason) : null,
        Usage = (turn.End as TurnCompleted)?.Usage,
        ErrorCode = (turn.End as TurnFailed)?.Code,
        ErrorMessage = (turn.End as TurnFailed)?.Message,
    };
}
