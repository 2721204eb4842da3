using System.Security.Cryptography;
using System.Text;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>Sessions and records to test with.</summary>
internal static class Samples
{
    public static SessionKey NewSession() => new("tenant", $"s-{Guid.NewGuid():N}");

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Hash(string body) => SHA256.HashData(Bytes(body));

    public static NewRecord Chunk(TurnId turn, string text) => new(RecordKind.Chunk, turn, Bytes(text));

    public static string Text(this JournalRecord record) => Encoding.UTF8.GetString(record.Payload.Span);

    /// <summary>A session with some turns of some chunks each.</summary>
    public static async Task<TurnJournal> SessionAsync(StackExchange.Redis.IDatabase database, SessionKey session, int turns, int chunks, CancellationToken cancellationToken)
    {
        var journal = new TurnJournal(database, session);
        await journal.CreateAsync(Bytes("session"), cancellationToken);
        for (var i = 0; i < turns; i++)
        {
            var turn = (await journal.AcceptTurnAsync($"key-{i}", Hash($"body {i}"), Bytes($"body {i}"), cancellationToken)).Turn;
            await journal.AppendAsync(
                journal.Epoch, journal.NextSequence, [.. Enumerable.Range(0, chunks).Select(j => Chunk(turn, $"turn {i} chunk {j}")), new(RecordKind.Committed, turn, default)], cancellationToken);
        }

        return journal;
    }
}
