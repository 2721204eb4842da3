using System.Text.Json;
using MmiGrains.Grains.Chat.Journal;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// The conversations of each tenant, by the time of their last turn. It follows the journals, which are the truth: it may miss a session whose silo died
/// just then, until that session's next turn.
/// </summary>
/// <param name="connection">The store.</param>
/// <param name="keyPrefix">What its keys begin with.</param>
public sealed class SessionIndex(IConnectionMultiplexer connection, string keyPrefix = "mmi")
{
    private readonly IDatabase _database = connection.GetDatabase();

    /// <summary>Puts a session first.</summary>
    /// <param name="session">Which.</param>
    /// <param name="title">What it is called; empty where nothing was said yet.</param>
    /// <param name="time">When it was last spoken to.</param>
    public Task PutAsync(SessionKey session, string title, DateTimeOffset time) => Task.WhenAll(
        _database.HashSetAsync(TitlesKey(session.Tenant), session.Session, JsonSerializer.SerializeToUtf8Bytes(title)),
        _database.SortedSetAddAsync(TimesKey(session.Tenant), session.Session, ToScore(time)));

    /// <summary>Takes a session out.</summary>
    public Task RemoveAsync(SessionKey session) => Task.WhenAll(
        _database.SortedSetRemoveAsync(TimesKey(session.Tenant), session.Session),
        _database.HashDeleteAsync(TitlesKey(session.Tenant), session.Session));

    /// <summary>A page of a tenant's sessions, the newest first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">Only those that were last spoken to earlier; null for all.</param>
    /// <param name="count">How many at most.</param>
    public async Task<IReadOnlyList<SessionEntry>> ListAsync(string tenant, DateTimeOffset? before, int count)
    {
        var found = await _database.SortedSetRangeByScoreWithScoresAsync(
            TimesKey(tenant), double.NegativeInfinity, before is { } time ? ToScore(time) : double.PositiveInfinity, Exclude.Stop, Order.Descending, 0, count);
        if (found.Length == 0)
        {
            return [];
        }

        var titles = await _database.HashGetAsync(TitlesKey(tenant), [.. found.Select(entry => entry.Element)]);
        return [.. found.Zip(titles, (entry, title) => new SessionEntry(entry.Element.ToString(), ToTitle(title), ToTime(entry.Score)))];
    }

    private RedisKey TimesKey(string tenant) => $"{keyPrefix}/sessions/{{{tenant}}}:times";

    private RedisKey TitlesKey(string tenant) => $"{keyPrefix}/sessions/{{{tenant}}}:titles";

    private static string ToTitle(RedisValue title) => title.IsNull ? "" : JsonSerializer.Deserialize<string>((byte[])title!) ?? "";

    // Microseconds: a double holds them exactly until the year 2255.
    private static double ToScore(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset ToTime(double score) => DateTimeOffset.UnixEpoch.AddTicks((long)score * TimeSpan.TicksPerMicrosecond);
}

/// <summary>A conversation in a list.</summary>
/// <param name="SessionId">Its name.</param>
/// <param name="Title">How its first turn begins; empty where nothing was said yet.</param>
/// <param name="Time">When it was last spoken to, to the microsecond.</param>
public sealed record SessionEntry(string SessionId, string Title, DateTimeOffset Time);
