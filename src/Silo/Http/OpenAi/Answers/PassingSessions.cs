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
    private static readonly TimeSpan MostSkew = TimeSpan.FromHours(1); // between two frontends' clocks
    private const string OneTurn = "only";

    private readonly IDatabase _database = store.Connection.GetDatabase();
    private readonly RedisKey _names = $"{store.Options.KeyPrefix}/passing";

    /// <summary>Begins to answer a conversation, or comes back to the answer that was begun with the same key.</summary>
    /// <exception cref="MmiException">It cannot be answered, ever or now; or the key came with another request.</exception>
    public async Task<PassingSession> BeginAsync(
        string tenant, Conversation conversation, GenerationSettings settings, OnceKey? once, CancellationToken cancellation)
    {
        var name = $"{Guid.CreateVersion7(clock.GetUtcNow()):N}";
        var (key, isMine) = ($"{tenant}/passing-{name}", true);
        RedisKey record = $"{store.Options.KeyPrefix}/once/{tenant}/{once?.Name}";
        if (once is not null)
        {
            isMine = await AskAsync(() => _database.StringSetAsync(record, $"{once.Digest} {name}", Longest + Longest, when: When.NotExists));
            key = isMine ? key : $"{tenant}/passing-{NameOf(await AskAsync(() => _database.StringGetAsync(record)), once, name)}";
        }

        await AskAsync(() => _database.SortedSetAddAsync(_names, key, clock.GetUtcNow().ToUnixTimeSeconds()));
        var session = new PassingSession(this, key, grains.GetGrain<IChatSessionGrain>(key), stays: once is not null);
        try
        {
            await Patience.CallAsync(() => session.Grain.CreateAsync(conversation.Opening), cancellation);
            var turn = new TurnRequest(OneTurn, conversation.Content, settings) { TimeLimit = Longest };
            await Patience.CallAsync(() => session.Grain.SendAsync(turn), cancellation);
            return session;
        }
        catch
        {
            if (isMine)
            {
                await EndAsync(key);
                await AskAsync(() => _database.KeyDeleteAsync(record)); // it may be tried again
            }

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
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem))
        {
            Log.NotDeleted(logger, key, problem.Message); // the sweep finds nothing to delete, and tries this again
        }
    }

    /// <summary>Deletes what has been there for longer than an answer takes.</summary>
    public async Task SweepAsync()
    {
        var oldest = (clock.GetUtcNow() - Longest - Longest - MostSkew).ToUnixTimeSeconds();
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

    // The answer that a key began; its own where the record has just gone.
    private static string NameOf(RedisValue record, OnceKey once, string otherwise) => record.ToString().Split(' ') switch
    {
        [var digest, var name] when digest == once.Digest => name,
        [_, _] => throw new TurnConflictException("idempotency_conflict", "The Idempotency-Key came with another request before; a key is of one request."),
        _ => otherwise,
    };

    private static Task<T> AskAsync<T>(Func<Task<T>> command) => StoreCommand.ConfirmAsync(command(), "a request's session");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The session {Session} is deleted later: {Problem}")]
        public static partial void NotDeleted(ILogger logger, string session, string problem);
    }
}
