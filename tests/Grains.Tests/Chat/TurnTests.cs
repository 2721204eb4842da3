using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Hosting;
using MmiGrains.Grains.Tests.Images;
using MmiGrains.Grains.Tests.Store;
using Orleans.Concurrency;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Chat;

/// <summary>Turns on a silo with a tiny model.</summary>
public sealed class TurnTests(Stores stores)
{
    private static readonly GenerationSettings LongPicture = new() { MaxTokens = 4, ImageFirst = true, MaxImages = 1, ImageSteps = 1000, PreviewEvery = 0 };
    private static readonly GenerationSettings Brief = new() { MaxTokens = 2, MaxImages = 0 };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_turn_ends_at_its_deadline_and_so_does_what_was_done_for_it()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var session = silo.Session("late");
        await session.CreateAsync();
        var began = Stopwatch.GetTimestamp();
        await session.SendAsync(new TurnRequest("turn", [new TextSegment("a star.")], LongPicture) { Deadline = DateTimeOffset.UtcNow.AddSeconds(1) });
        var events = await session.WatchAsync(0, Cancellation).ToListAsync(Cancellation);
        Assert.Equal("deadline_exceeded", Assert.IsType<TurnFailed>(events[^1]).Code);
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0.9, 6);
        while (silo.Device.Diffusion.OpenCount + silo.Device.Decoder.OpenCount > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10), "It is still painted.");
            await Task.Delay(20, Cancellation);
        }
    }

    [Fact]
    public async Task Said_again_a_turn_is_the_same_though_it_could_not_be_accepted_now()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var (file, session) = (Pictures.Png(1), silo.Session("again"));
        var info = Pictures.Info(file);
        var image = silo.Grains.GetGrain<IImageGrain>(info.Id.ToString());
        await image.PutAsync(new Immutable<byte[]>(file), info);
        await session.CreateAsync();
        var turn = new TurnRequest("turn", [new ImageSegment(info.Id), new TextSegment("what is it?")], Brief);
        var first = await session.SendAsync(turn);
        var told = await session.WatchAsync(0, Cancellation).ToListAsync(Cancellation);
        await image.DeleteAsync();
        Assert.Equal(first with { IsRepeat = true }, await session.SendAsync(turn));
        await Assert.ThrowsAsync<ImageNotFoundException>(() => session.SendAsync(turn with { IdempotencyKey = "another" }));
        Assert.Equal("idempotency_conflict", (await Assert.ThrowsAsync<TurnConflictException>(() => session.SendAsync(turn with { Content = [new TextSegment("no")] }))).Code);
        Assert.Equal(told.Where(e => e.IsDurable).Select(e => e.Sequence), (await session.WatchAsync(0, Cancellation).ToListAsync(Cancellation)).Select(e => e.Sequence));
    }

    [Fact]
    public async Task A_damaged_conversation_is_refused_until_it_is_deleted_or_repaired()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var (database, prefix) = (silo.Services.GetRequiredService<IConnectionMultiplexer>().GetDatabase(), silo.Services.GetRequiredService<StoreOptions>().KeyPrefix);
        foreach (var name in new[] { "repaired", "deleted" })
        {
            var key = new SessionKey("acme", name);
            using var journal = new TurnJournal(database, key, new JournalOptions { KeyPrefix = prefix });
            await journal.CreateAsync("{}"u8.ToArray(), Cancellation);
            var head = $"{prefix}/journal/{{{key}}}:head";
            var good = await database.StringGetAsync(head);
            await database.StringSetAsync(head, "?");
            await Assert.ThrowsAsync<StateLostException>(() => silo.Session(name).ReadAsync());
            await Assert.ThrowsAsync<StateLostException>(() => silo.Session(name).CreateAsync());
            if (name == "deleted")
            {
                await silo.Session(name).DeleteAsync();
                await Assert.ThrowsAsync<SessionNotFoundException>(() => silo.Session(name).ReadAsync());
                continue;
            }

            await database.StringSetAsync(head, good);
            await ReadAsync(silo.Session(name));
        }
    }

    // An activation that saw the damage may not have ended yet.
    private static async Task ReadAsync(IChatSessionGrain session)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                Assert.Empty((await session.ReadAsync()).Turns);
                return;
            }
            catch (StateLostException) when (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5))
            {
                await Task.Delay(50, Cancellation);
            }
        }
    }
}
