using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Illustration;

/// <summary>The illustration jobs of each tenant, and those of all that have something to do: none too few, since a job is entered before it is promised.</summary>
/// <param name="connection">The store.</param>
/// <param name="options">What its keys begin with.</param>
public sealed class JobIndex(IConnectionMultiplexer connection, StoreOptions options)
{
    private readonly IDatabase _database = connection.GetDatabase();

    private RedisKey Open => $"{options.KeyPrefix}/open-jobs";

    /// <summary>Enters a job as open, and in its tenant's list.</summary>
    public async Task EnterAsync(string tenant, string job, DateTimeOffset created)
    {
        await AskAsync(_database.SetAddAsync(Open, $"{tenant}/{job}"));
        await AskAsync(_database.SortedSetAddAsync(List(tenant), job, created.ToUnixTimeMilliseconds(), SortedSetWhen.NotExists));
    }

    /// <summary>A job that had ended has something to do again.</summary>
    public Task OpenAsync(string job) => AskAsync(_database.SetAddAsync(Open, job));

    /// <summary>A job has nothing more to do.</summary>
    public Task CloseAsync(string job) => AskAsync(_database.SetRemoveAsync(Open, job));

    /// <summary>Takes a job out of everything.</summary>
    public async Task RemoveAsync(string tenant, string job)
    {
        await AskAsync(_database.SortedSetRemoveAsync(List(tenant), job));
        await CloseAsync($"{tenant}/{job}");
    }

    /// <summary>A tenant's jobs, the newest first.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(string tenant, int count) =>
        [.. (await AskAsync(_database.SortedSetRangeByRankAsync(List(tenant), 0, count - 1, Order.Descending))).Select(job => job.ToString())];

    /// <summary>Keys of all jobs that have something to do.</summary>
    public async Task<IReadOnlyList<string>> ListOpenAsync() => [.. (await AskAsync(_database.SetMembersAsync(Open))).Select(job => job.ToString())];

    private RedisKey List(string tenant) => $"{options.KeyPrefix}/jobs/{{{tenant}}}";

    private static Task<T> AskAsync<T>(Task<T> command) => StoreCommand.ConfirmAsync(command, "the list of jobs");
}
