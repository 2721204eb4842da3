using System.Globalization;
using System.Text.Json;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Silo.Http.Access;

/// <summary>Keys, quotas, usage and the audit log in the cluster's store.</summary>
/// <param name="connection">The store.</param>
/// <param name="prefix">What the keys begin with.</param>
/// <param name="clock">Tells the day.</param>
internal sealed class AccessStore(IConnectionMultiplexer connection, string prefix, TimeProvider clock)
{
    private const int MostAudited = 10_000;
    private static readonly TimeSpan UsageKept = TimeSpan.FromDays(400);
    private static readonly TimeSpan SlotTime = TimeSpan.FromMinutes(10); // what a lost turn may block

    // One list of names and times: those that are over go, the one that is asked for is there already or comes where there is room.
    private const string TakeSlot =
        """
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
        if not redis.call('ZSCORE', KEYS[1], ARGV[4]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
        redis.call('ZADD', KEYS[1], ARGV[2], ARGV[4])
        return 1
        """;

    private readonly IDatabase _database = connection.GetDatabase();

    private DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>What hashes of keys and signatures are made with.</summary>
    public ClusterSecret Secret { get; } = new(connection, prefix);

    /// <summary>All keys, the revoked ones too, oldest first.</summary>
    public Task<IReadOnlyList<KeyRecord>> ReadKeysAsync() => AskAsync<IReadOnlyList<KeyRecord>>(async () =>
        [.. (await _database.HashGetAllAsync(Key("keys"))).Select(field => ReadKey(field.Value)).OrderBy(key => key.Created).ThenBy(key => key.Id, StringComparer.Ordinal)]);

    /// <summary>Adds a key, or writes one anew.</summary>
    public Task WriteKeyAsync(KeyRecord key) =>
        AskAsync(() => _database.HashSetAsync(Key("keys"), key.Id, JsonSerializer.SerializeToUtf8Bytes(key, AccessJson.Default.KeyRecord)));

    /// <summary>Quotas by tenant; a tenant without any is not among them.</summary>
    public Task<Dictionary<string, TenantQuota>> ReadQuotasAsync() => AskAsync(async () =>
        (await _database.HashGetAllAsync(Key("quotas"))).ToDictionary(
            field => (string)field.Name!, field => JsonSerializer.Deserialize((byte[])field.Value!, AccessJson.Default.TenantQuota) ?? TenantQuota.None));

    /// <summary>Sets a tenant's quota.</summary>
    public Task WriteQuotaAsync(string tenant, TenantQuota quota) =>
        AskAsync(() => _database.HashSetAsync(Key("quotas"), tenant, JsonSerializer.SerializeToUtf8Bytes(quota, AccessJson.Default.TenantQuota)));

    /// <summary>Counts a request, and tells how many there were in this minute.</summary>
    public Task<long> CountRequestAsync(string tenant) => AskAsync(async () =>
    {
        var key = Key($"requests/{tenant}/{Now.ToUnixTimeSeconds() / 60}");
        var count = await _database.StringIncrementAsync(key);
        if (count == 1)
        {
            await _database.KeyExpireAsync(key, TimeSpan.FromMinutes(2));
        }

        return count;
    });

    /// <summary>What a tenant has used today.</summary>
    public Task<UsageToday> UsageAsync(string tenant) => AskAsync(async () =>
    {
        var fields = (await _database.HashGetAllAsync(UsageKey(tenant))).ToDictionary(field => (string)field.Name!, field => (long)field.Value);
        long Of(string field) => fields.GetValueOrDefault(field);
        return new UsageToday(Of("turns"), Of("prompt_tokens"), Of("cached_tokens"), Of("completion_tokens"), Of("images"));
    });

    /// <summary>Adds what a turn cost.</summary>
    public Task AddUsageAsync(string tenant, TurnUsage usage) => AskAsync(async () =>
    {
        var key = UsageKey(tenant);
        var added = new[]
        {
            _database.HashIncrementAsync(key, "turns"), _database.HashIncrementAsync(key, "prompt_tokens", usage.PromptTokens),
            _database.HashIncrementAsync(key, "cached_tokens", usage.CachedTokens), _database.HashIncrementAsync(key, "completion_tokens", usage.CompletionTokens),
            _database.HashIncrementAsync(key, "images", usage.Images),
        };
        await Task.WhenAll(added);
        return await _database.KeyExpireAsync(key, UsageKept);
    });

    /// <summary>Takes one of a tenant's places for turns; a turn that has one keeps it.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> TakeSlotAsync(string tenant, string turn, long slots) => AskAsync(async () =>
        (int)await _database.ScriptEvaluateAsync(
            TakeSlot, [SlotsKey(tenant)], [Now.ToUnixTimeMilliseconds(), (Now + SlotTime).ToUnixTimeMilliseconds(), slots, turn]) == 1);

    /// <summary>Gives a place back.</summary>
    public Task FreeSlotAsync(string tenant, string turn) => AskAsync(() => _database.SortedSetRemoveAsync(SlotsKey(tenant), turn));

    /// <summary>Adds to the audit log, of which the newest entries stay.</summary>
    public Task AuditAsync(IReadOnlyList<AuditEntry> entries) => AskAsync(async () =>
    {
        await _database.ListLeftPushAsync(Key("audit"), [.. entries.Select(entry => (RedisValue)JsonSerializer.SerializeToUtf8Bytes(entry, AccessJson.Default.AuditEntry))]);
        await _database.ListTrimAsync(Key("audit"), 0, MostAudited - 1);
        return true;
    });

    /// <summary>The newest entries of the audit log, newest first.</summary>
    public Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(int count) => AskAsync<IReadOnlyList<AuditEntry>>(async () =>
        [.. (await _database.ListRangeAsync(Key("audit"), 0, count - 1)).Select(entry => JsonSerializer.Deserialize((byte[])entry!, AccessJson.Default.AuditEntry)!)]);

    private RedisKey Key(string name) => $"{prefix}/access/{name}";

    private RedisKey UsageKey(string tenant) => Key(string.Create(CultureInfo.InvariantCulture, $"usage/{tenant}/{Now:yyyy-MM-dd}"));

    private RedisKey SlotsKey(string tenant) => Key($"turns/{tenant}");

    private static KeyRecord ReadKey(RedisValue value)
    {
        try
        {
            return JsonSerializer.Deserialize((byte[])value!, AccessJson.Default.KeyRecord) ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw new StoreException($"An API key's record cannot be read: {problem.Message}", problem);
        }
    }

    private static Task<T> AskAsync<T>(Func<Task<T>> command) => StoreCommand.ConfirmAsync(command(), "access");
}
