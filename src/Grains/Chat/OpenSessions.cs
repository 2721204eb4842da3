using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// The sessions with a turn that has not ended, and which silo has each, in the store: so those of a lost silo are known though nobody asks for them. The
/// journals are the truth; this names no session too few, since one is entered before its turn is accepted and struck out after its last turn has ended.
/// </summary>
internal sealed class OpenSessions(IConnectionMultiplexer connection, StoreOptions store, ILocalSiloDetails silo)
{
    // An entry is taken out only as it was put in: whoever entered the session anew keeps it there.
    private const string Strike =
        """
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
        return redis.call('HDEL', KEYS[1], ARGV[1])
        """;

    private readonly IDatabase _database = connection.GetDatabase();
    private readonly RedisKey _key = $"{store.KeyPrefix}/open-sessions";
    private long _entries;

    /// <summary>A session, its entry, and the silo that made it.</summary>
    public sealed record Entry(string Session, string Text, SiloAddress Silo);

    /// <summary>Enters a session as this silo's.</summary>
    /// <param name="session">Which.</param>
    /// <param name="epoch">The activation's.</param>
    /// <returns>The entry, by which it is struck out.</returns>
    /// <exception cref="StoreException">The store did not confirm it.</exception>
    public async Task<string> EnterAsync(SessionKey session, long epoch)
    {
        var entry = $"{epoch}.{Interlocked.Increment(ref _entries)} {silo.SiloAddress.ToParsableString()}";
        await AskAsync(session.ToString(), _database.HashSetAsync(_key, session.ToString(), entry));
        return entry;
    }

    /// <summary>Strikes a session out, if its entry is still this one.</summary>
    /// <exception cref="StoreException">The store did not confirm it.</exception>
    public Task StrikeAsync(string session, string entry) => AskAsync(session, _database.ScriptEvaluateAsync(Strike, [_key], [session, entry]));

    /// <summary>All of them; an entry that cannot be read is left out.</summary>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public async Task<IReadOnlyList<Entry>> ListAsync() => [.. (await AskAsync("(all)", _database.HashGetAllAsync(_key))).Select(Read).OfType<Entry>()];

    private static Entry? Read(HashEntry field)
    {
        var (session, text) = (field.Name.ToString(), field.Value.ToString());
        try
        {
            return text.Split(' ') is [_, var address] ? new Entry(session, text, SiloAddress.FromParsableString(address)) : null;
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    private static Task<T> AskAsync<T>(string session, Task<T> command) => StoreCommand.ConfirmAsync(command, $"the open session {session}");
}
