using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Chat;
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
        await session.SendAsync(new TurnRequest("turn", [new TextSegment("a star.")], LongPicture) { TimeLimit = TimeSpan.FromSeconds(1) });
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

    [Fact]
    public async Task Of_two_who_speak_at_once_both_are_kept_in_one_order_for_all()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var session = silo.Session("shared");
        await session.CreateAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => session.SendAsync(new TurnRequest($"turn-{i}", [new TextSegment($"{i} star.")], Brief))));
        Assert.Equal(6, receipts.Select(receipt => receipt.TurnId).Distinct().Count());
        Assert.Equal(6, receipts.Select(receipt => receipt.Sequence).Distinct().Count());
        var seen = await Task.WhenAll(SeeAsync(session, turns: 6), SeeAsync(session, turns: 6));
        Assert.Equal(seen[0], seen[1]);
        Assert.Equal(receipts.OrderBy(receipt => receipt.Sequence).Select(receipt => receipt.TurnId), (await session.ReadAsync()).Turns.Select(turn => turn.TurnId));
    }

    private static async Task<IReadOnlyList<(long Sequence, string Turn)>> SeeAsync(IChatSessionGrain session, int turns)
    {
        var seen = new List<(long Sequence, string Turn)>();
        for (var ended = 0; ended < turns;)
        {
            await foreach (var e in session.WatchAsync(seen.Count > 0 ? seen[^1].Sequence : 0, Cancellation).Where(e => e.IsDurable))
            {
                seen.Add((e.Sequence, e.TurnId));
                ended += e.EndsTurn ? 1 : 0;
            }
        }

        return seen;
    }

    [Fact]
    public async Task A_conversation_that_was_made_and_is_gone_is_told_from_one_that_never_was()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var names = silo.Services.GetRequiredService<SessionNames>();
        var (gone, deleted) = (await names.CreateAsync("acme"), await names.CreateAsync("acme"));
        var lost = await Assert.ThrowsAsync<StateLostException>(() => silo.Session(gone).ReadAsync());
        Assert.Equal($"The session acme/{gone} was made, and its state is not in the store.", lost.Message);
        await Assert.ThrowsAsync<SessionNotFoundException>(() => silo.Session(gone[..^1] + (gone[^1] == '0' ? '1' : '0')).ReadAsync());
        await Assert.ThrowsAsync<SessionNotFoundException>(() => silo.Session(gone.Replace("s-", "t-", StringComparison.Ordinal)).ReadAsync());
        Assert.False(await names.IsGivenAsync(new SessionKey("other", gone)));

        await silo.Session(deleted).CreateAsync();
        Assert.Empty((await silo.Session(deleted).ReadAsync()).Turns);
        await silo.Session(deleted).DeleteAsync();
        await Assert.ThrowsAsync<SessionNotFoundException>(() => silo.Session(deleted).ReadAsync());
        await silo.Session(gone).DeleteAsync();
        await Assert.ThrowsAsync<SessionNotFoundException>(() => silo.Session(gone).ReadAsync());
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
