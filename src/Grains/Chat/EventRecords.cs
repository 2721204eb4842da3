using System.Text.Json;
using System.Text.Json.Serialization;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Chat;

/// <summary>Durable events as records of a journal: JSON, so that later versions and people can read them.</summary>
internal static class EventRecords
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] ToBytes(ChatEvent e) => JsonSerializer.SerializeToUtf8Bytes(e, Json);

    public static byte[] ToBytes(SessionOpening opening) => JsonSerializer.SerializeToUtf8Bytes(opening, Json);

    /// <summary>What a session began with.</summary>
    /// <exception cref="StateDamagedException">The record holds no opening.</exception>
    public static SessionOpening OpeningOf(SessionKey session, JournalRecord record)
    {
        try
        {
            return JsonSerializer.Deserialize<SessionOpening>(record.Payload.Span, Json) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw StateDamagedException.Damaged(session, $"record {record.Sequence} holds no opening: {problem.Message}");
        }
    }

    public static NewRecord ToRecord(ChatEvent e, TurnId turn) => new(Kind(e), turn, ToBytes(e));

    /// <summary>The event of a record; null for records that no watcher is told of.</summary>
    /// <exception cref="StateDamagedException">The record holds no event.</exception>
    public static ChatEvent? FromRecord(SessionKey session, JournalRecord record)
    {
        if (record.Kind is RecordKind.Session or RecordKind.Forked or RecordKind.Note)
        {
            return null;
        }

        try
        {
            var e = JsonSerializer.Deserialize<ChatEvent>(record.Payload.Span, Json) ?? throw new JsonException("null");
            return e with { Sequence = record.Sequence, TurnId = record.Turn.ToString() };
        }
        catch (JsonException problem)
        {
            throw StateDamagedException.Damaged(session, $"record {record.Sequence} holds no event: {problem.Message}");
        }
    }

    private static RecordKind Kind(ChatEvent e) => e switch
    {
        TurnAccepted => RecordKind.Accepted,
        ImageStarted => RecordKind.Planned,
        ImageCompleted => RecordKind.Image,
        TurnCompleted => RecordKind.Committed,
        TurnFailed => RecordKind.Failed,
        TurnCancelled => RecordKind.Cancelled,
        _ => RecordKind.Chunk,
    };
}
