using System.Text.Json;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Training;

/// <summary>
/// Training jobs in the store: each one's state with an epoch that only its newest activation has, its metrics, its tenant's queue and list,
/// and which jobs have not ended.
/// </summary>
/// <param name="connection">The store.</param>
/// <param name="options">What its keys begin with.</param>
internal sealed class TrainingJobStore(IConnectionMultiplexer connection, StoreOptions options)
{
    private const string Bump =
        """
        if redis.call('EXISTS', KEYS[1]) == 0 and ARGV[1] == '0' then return {0, false} end
        return {redis.call('HINCRBY', KEYS[1], 'epoch', 1), redis.call('HGET', KEYS[1], 'state')}
        """;

    private const string Put =
        """
        if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
        redis.call('HSET', KEYS[1], 'state', ARGV[2])
        return 1
        """;

    private readonly IDatabase _database = connection.GetDatabase();
    private readonly string _prefix = $"{options.KeyPrefix}/training";

    private RedisKey OpenKey => $"{_prefix}-open";

    /// <summary>Reads a job, and makes the caller the only one who may write it.</summary>
    /// <param name="job">Its key.</param>
    /// <param name="isNew">Whether a job that is not there is to be made.</param>
    /// <returns>The epoch, 0 for a job that is not there, and the state.</returns>
    public async Task<(long Epoch, TrainingJobState? State)> OpenAsync(string job, bool isNew)
    {
        var answer = (RedisResult[])(await AskAsync(_database.ScriptEvaluateAsync(Bump, [StateKey(job)], [isNew ? "1" : "0"])))!;
        return ((long)answer[0], Read(job, (string?)answer[1]));
    }

    /// <summary>A job as it stands, without becoming its writer; null where there is none.</summary>
    public async Task<TrainingJobState?> ReadAsync(string job) => Read(job, await AskAsync(_database.HashGetAsync(StateKey(job), "state")));

    /// <summary>Writes a job.</summary>
    /// <exception cref="JobReplacedException">Another has become its writer.</exception>
    public async Task WriteAsync(string job, long epoch, TrainingJobState state)
    {
        if ((int)await AskAsync(_database.ScriptEvaluateAsync(Put, [StateKey(job)], [epoch, JsonSerializer.Serialize(state)])) == 0)
        {
            throw new JobReplacedException(job);
        }
    }

    /// <summary>Enters a job among those of its tenant, those that have not ended, and the tenant's queue.</summary>
    public async Task EnterAsync(string job, DateTimeOffset created, bool isListed)
    {
        await AskAsync(_database.SetAddAsync(OpenKey, job));
        await AskAsync(_database.SortedSetAddAsync(QueueKey(job), job, Score(created)));
        if (isListed)
        {
            await AskAsync(_database.SortedSetAddAsync(ListKey(TenantOf(job)), job, Score(created)));
        }
    }

    /// <summary>Takes a job out of the queue and of those that have not ended.</summary>
    public async Task LeaveAsync(string job)
    {
        await AskAsync(_database.SortedSetRemoveAsync(QueueKey(job), job));
        await AskAsync(_database.SetRemoveAsync(OpenKey, job));
    }

    /// <summary>Whether it is a job's turn in its tenant's queue.</summary>
    public async Task<bool> IsFirstAsync(string job) => (await AskAsync(_database.SortedSetRankAsync(QueueKey(job), job))) is 0;

    /// <summary>Keys of the jobs that have not ended and are not paused.</summary>
    public async Task<IReadOnlyList<string>> ListOpenAsync() => [.. (await AskAsync(_database.SetMembersAsync(OpenKey))).Select(job => job.ToString())];

    /// <summary>Keys of a tenant's jobs, newest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string tenant, int count) =>
        [.. (await AskAsync(_database.SortedSetRangeByRankAsync(ListKey(tenant), 0, count - 1, Order.Descending))).Select(job => job.ToString())];

    /// <summary>Adds numbers of a step, in place of older ones of the same.</summary>
    public async Task AddMetricAsync(string job, TrainingMetric metric)
    {
        await AskAsync(_database.SortedSetRemoveRangeByScoreAsync(MetricsKey(job), metric.Sequence, metric.Sequence));
        await AskAsync(_database.SortedSetAddAsync(MetricsKey(job), JsonSerializer.SerializeToUtf8Bytes(metric), metric.Sequence));
    }

    /// <summary>Forgets numbers of steps after one, which come again.</summary>
    public Task ForgetMetricsAsync(string job, long step) =>
        AskAsync(_database.SortedSetRemoveRangeByScoreAsync(MetricsKey(job), (2 * step) + 1, double.PositiveInfinity, Exclude.Start));

    /// <summary>Numbers after one, in order.</summary>
    public async Task<IReadOnlyList<TrainingMetric>> ReadMetricsAsync(string job, long after, int count) =>
        [.. (await AskAsync(_database.SortedSetRangeByScoreAsync(MetricsKey(job), after, double.PositiveInfinity, Exclude.Start, Order.Ascending, 0, count)))
            .Select(metric => JsonSerializer.Deserialize<TrainingMetric>((byte[])metric!)!)];

    private static string TenantOf(string job) => job[..job.IndexOf('/', StringComparison.Ordinal)];

    private static double Score(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    private RedisKey StateKey(string job) => $"{_prefix}/{job}";

    private RedisKey MetricsKey(string job) => $"{_prefix}/{job}:metrics";

    private RedisKey QueueKey(string job) => $"{_prefix}-queue/{TenantOf(job)}";

    private RedisKey ListKey(string tenant) => $"{_prefix}-jobs/{tenant}";

    private static TrainingJobState? Read(string job, string? text)
    {
        try
        {
            return text is null ? null : JsonSerializer.Deserialize<TrainingJobState>(text);
        }
        catch (JsonException)
        {
            throw new StateLostException($"The training job '{job}' is damaged in the store.", "state_damaged");
        }
    }

    private static Task<T> AskAsync<T>(Task<T> command) => StoreCommand.ConfirmAsync(command, "a training job");
}
