using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Tests.Hosting;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Store;

/// <summary>A Redis whose disk is full.</summary>
public sealed class FullStoreTests
{
    private static readonly GenerationSettings Brief = new() { MaxTokens = 2, MaxImages = 0 };

    [Fact]
    public async Task What_is_stored_can_be_read_and_what_is_new_is_refused_until_there_is_room()
    {
        using var redis = await RedisServer.RunAsync("--appendfsync", "everysec");
        await using var silo = await MmiSilo.StartAsync(redis.ConnectionString);
        var (here, elsewhere) = await PrepareAsync(silo);
        redis.LimitFiles(1);
        await Assert.ThrowsAsync<StorageFullException>(() => UntilRefusedAsync(here));
        Assert.Single((await ReadAsync(elsewhere)).Turns);
        await Assert.ThrowsAsync<StorageFullException>(() => elsewhere.SendAsync(Turn("second")));
        Assert.Single((await ReadAsync(elsewhere)).Turns);

        redis.LimitFiles(null);
        await SayAsync(elsewhere, "second");
        await SayAsync(here, "last");
        Assert.Equal(2, (await ReadAsync(elsewhere)).Turns.Count);
        Assert.DoesNotContain((await ReadAsync(here)).Turns, turn => turn.State != TurnState.Completed); // those too that were being answered
    }

    [Fact]
    public async Task Beyond_the_stores_memory_what_is_new_is_refused_for_now_and_what_is_stored_can_be_read()
    {
        using var redis = await RedisServer.RunAsync();
        await using var silo = await MmiSilo.StartAsync(redis.ConnectionString);
        var (here, elsewhere) = await PrepareAsync(silo);
        var store = silo.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase();
        await store.ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        Assert.True((await Assert.ThrowsAsync<CapacityExceededException>(() => here.SendAsync(Turn("second")))).IsPassing);
        Assert.Single((await ReadAsync(elsewhere)).Turns);
        await store.ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        await SayAsync(here, "second");
        Assert.Equal(2, (await ReadAsync(here)).Turns.Count);
    }

    // Two conversations with a turn each, of which one is open.
    private static async Task<(IChatSessionGrain Here, IChatSessionGrain Elsewhere)> PrepareAsync(MmiSilo silo)
    {
        var (here, elsewhere) = (silo.Session("here"), silo.Session("elsewhere"));
        await here.CreateAsync();
        await elsewhere.CreateAsync();
        await SayAsync(elsewhere, "first");
        await silo.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero, TestContext.Current.CancellationToken);
        await SayAsync(here, "first");
        return (here, elsewhere);
    }

    // Redis finds out at the first write that fails, which it has confirmed.
    private static async Task UntilRefusedAsync(IChatSessionGrain session)
    {
        for (var i = 0; i < 20; i++)
        {
            await session.SendAsync(Turn($"full-{i}"));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }

    private static async Task SayAsync(IChatSessionGrain session, string key)
    {
        var receipt = await AgainAsync(() => session.SendAsync(Turn(key)));
        await AgainAsync(async () =>
        {
            await foreach (var e in session.WatchAsync(receipt.Sequence).WithCancellation(TestContext.Current.CancellationToken))
            {
                if (e.EndsTurn && e.TurnId == receipt.TurnId)
                {
                    return true;
                }
            }

            throw new StreamBrokenException();
        });
    }

    private static Task<Transcript> ReadAsync(IChatSessionGrain session) => AgainAsync(session.ReadAsync);

    // Redis writes again within seconds; and an activation that has lost its journal says so to whoever meets it.
    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (MmiException) when (attempt < 120)
            {
                await Task.Delay(250, TestContext.Current.CancellationToken);
            }
        }
    }

    private static TurnRequest Turn(string key) => new(key, [new TextSegment("a star.")], Brief);
}
