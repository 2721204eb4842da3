using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Http.Streaming;
using StackExchange.Redis;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>Sessions that are made for one answer. Their names are in the store until they are deleted, so that those of a frontend that was lost are deleted too.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="store">Where their names are.</param>
/// <param name="clock">Tells how old they are.</param>
/// <param name="logger">Told of those that could not be deleted.</param>
internal sealed partial class PassingSessions(IGrainFactory grains, ClusterStore store, TimeProvider clock, ILogger<PassingSessions> logger) : BackgroundService
{
    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(1);
    private const string OneTurn = "only";

    private readonly IDatabase _database = store.Connection.GetDatabase();
    private readonly RedisKey _names = $"{store.Options.KeyPrefix}/passing";

    /// <summary>Begins to answer a conversation.</summary>
    /// <exception cref="MmiException">It cannot be answered, ever or now.</exception>
    public async Task<PassingSession> BeginAsync(string tenant, Conversation conversation, GenerationSettings settings, CancellationToken cancellation)
    {
        var key = $"{tenant}/passing-{Guid.NewGuid():N}";
        await AskAsync(() => _database.SortedSetAddAsync(_names, key, clock.GetUtcNow().ToUnixTimeSeconds()));
        var session = new PassingSession(this, key, grains.GetGrain<IChatSessionGrain>(key));
        try
        {
            await Patience.CallAsync(() => session.Grain.CreateAsync(conversation.Opening), cancellation);
            var turn = new TurnRequest(OneTurn, conversation.Content, settings) { Deadline = clock.GetUtcNow() + Longest };
            await Patience.CallAsync(() => session.Grain.SendAsync(turn), cancellation);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Deletes a session, which ends its answer; one that cannot be deleted now is later.</summary>
    public async Task EndAsync(string key)
    {
        try
        {
            await grains.GetGrain<IChatSessionGrain>(key).DeleteAsync();
        }
        catch (SessionNotFoundException)
        {
            // It was not begun, or is deleted already.
        }
        catch (Exception problem)
        {
            Log.NotDeleted(logger, key, problem.Message);
            return;
        }

        try
        {
            await _database.SortedSetRemoveAsync(_names, key);
        }
        catch (Exception problem) when (problem is RedisException or TimeoutException)
        {
            Log.NotDeleted(logger, key, problem.Message); // the sweep finds nothing to delete, and tries this again
        }
    }

    /// <summary>Deletes what has been there for longer than an answer takes.</summary>
    public async Task SweepAsync()
    {
        var oldest = (clock.GetUtcNow() - Longest - Longest).ToUnixTimeSeconds();
        foreach (var key in await AskAsync(() => _database.SortedSetRangeByScoreAsync(_names, stop: oldest, take: 100)))
        {
            await EndAsync(key.ToString());
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(BetweenSweeps, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await SweepAsync();
            }
            catch (StoreException)
            {
                // The next sweep finds them.
            }
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception problem) when (problem is RedisException or TimeoutException)
        {
            throw new StoreException($"The store did not answer a question about sessions: {problem.Message}", problem);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The session {Session} is deleted later: {Problem}")]
        public static partial void NotDeleted(ILogger logger, string session, string problem);
    }
}
