using System.Text;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>One session's keys in the store, and the scripts over them. Holds no state.</summary>
internal sealed class JournalStorage(IDatabase database, SessionKey session, JournalOptions options)
{
    private readonly RedisKey[] _keys = session.Keys(options.KeyPrefix);

    public byte[] Name { get; } = session.ToBytes();

    /// <summary>What <see cref="JournalScripts.Read"/> found.</summary>
    public sealed record Page(byte[]? Head, long Total, byte[][] Records, IReadOnlyList<(byte[] Key, byte[] Entry)> Window);

    /// <summary>What <see cref="JournalScripts.Commit"/> answered; the rest is empty when it was done.</summary>
    public sealed record CommitAnswer(bool IsDone, byte[]? Head, long Total, byte[][] Stored);

    /// <returns>Null when it was made; else the first records of what was there.</returns>
    public async Task<byte[][]?> CreateAsync(byte[] head, IReadOnlyList<byte[]> records, CancellationToken cancellationToken)
    {
        for (var isAgain = 0; ; isAgain++)
        {
            var answer = Parts(await RunAsync(JournalScripts.Create, [head, isAgain, .. records.Select(record => (RedisValue)record)], cancellationToken));
            var there = Blobs(answer[2]);
            switch ((int)answer[0])
            {
                case 1:
                    return null;
                case 0:
                    _ = JournalHead.Decode(session, Name, Bytes(answer[1]) ?? []);
                    return there;
                default:
                    // The same creation was cut short; anything else without a head has lost it.
                    var isCutShort = isAgain == 0 && there.Length > 0 && there.Zip(records).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
                    if (!isCutShort)
                    {
                        throw StateDamagedException.Lost(session);
                    }

                    break;
            }
        }
    }

    public async Task<Page> ReadAsync(long from, int count, CancellationToken cancellationToken)
    {
        var answer = Parts(await RunAsync(JournalScripts.Read, [from, count], cancellationToken));
        var window = Blobs(answer[3]);
        return new Page(Bytes(answer[0]), (long)answer[1], Blobs(answer[2]), [.. window.Chunk(2).Select(pair => (pair[0], pair[1]))]);
    }

    /// <summary>Puts a new head in the place of the known one, and drops what lies beyond it; false when the known one is no longer there.</summary>
    public async Task<bool> TakeAsync(byte[] known, byte[] head, long count, IReadOnlyList<string> forgotten, CancellationToken cancellationToken) =>
        (int)await RunAsync(JournalScripts.Take, [known, head, count, .. Fields(forgotten)], cancellationToken) == 1;

    public async Task<CommitAnswer> CommitAsync(
        byte[] known, byte[] head, long from, IReadOnlyList<byte[]> records, (string Key, byte[] Entry, IReadOnlyList<string> Forgotten)? window, CancellationToken cancellationToken)
    {
        var arguments = new List<RedisValue>(records.Count + 6) { known, head, from, records.Count };
        arguments.AddRange(records.Select(record => (RedisValue)record));
        if (window is var (key, entry, forgotten))
        {
            arguments.Add(Encoding.UTF8.GetBytes(key));
            arguments.Add(entry);
            arguments.AddRange(Fields(forgotten));
        }

        var answer = Parts(await RunAsync(JournalScripts.Commit, [.. arguments], cancellationToken));
        return new CommitAnswer((int)answer[0] == 1, Bytes(answer[1]), (long)answer[2], Blobs(answer[3]));
    }

    /// <returns>Whether there was a session that was not deleted before.</returns>
    public async Task<bool> DeleteAsync(TimeSpan? knownFor, CancellationToken cancellationToken) =>
        (int)await RunAsync(JournalScripts.Delete, [JournalHead.Tombstone(Name), (long)(knownFor?.TotalMilliseconds ?? 0)], cancellationToken) == 1;

    private async Task<RedisResult> RunAsync(string script, RedisValue[] arguments, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await database.ScriptEvaluateAsync(script, _keys, arguments).WaitAsync(cancellationToken);
        }
        catch (RedisServerException problem) when (problem.Message.Contains("WRONGTYPE", StringComparison.Ordinal))
        {
            throw StateDamagedException.Damaged(session, "a key holds another kind of value", problem);
        }
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem) && !(problem is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw new StoreException($"The store did not confirm a command for the session {session}: {problem.Message}", problem);
        }
    }

    private static RedisResult[] Parts(RedisResult result) => (RedisResult[])result!;

    private static byte[]? Bytes(RedisResult result) => (byte[]?)result;

    private static byte[][] Blobs(RedisResult result) => [.. ((RedisResult[]?)result ?? []).Select(blob => Bytes(blob) ?? [])];

    private static IEnumerable<RedisValue> Fields(IReadOnlyList<string> keys) => keys.Select(key => (RedisValue)Encoding.UTF8.GetBytes(key));
}
