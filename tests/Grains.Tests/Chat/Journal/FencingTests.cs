using System.Collections.Concurrent;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Chat.Journal;

public sealed class FencingTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task An_older_activation_cannot_write_until_it_opens_again(Backend backend)
    {
        var session = Samples.NewSession();
        using var older = await Samples.SessionAsync(stores.Database(backend), session, 1, 1, Cancellation);
        using var newer = new TurnJournal(stores.Database(backend), session);
        await newer.OpenAsync(mustExist: true, Cancellation);

        var refusal = await Assert.ThrowsAsync<StaleEpochException>(() => older.AppendAsync(1, 4, [Samples.Chunk(default, "old")], Cancellation));
        Assert.Equal((1, 2, JournalState.Fenced), (refusal.Epoch, refusal.Current, older.State));
        await Assert.ThrowsAsync<JournalNotOpenException>(() => older.AcceptTurnAsync("key", Samples.Hash("old"), default, Cancellation));
        await Assert.ThrowsAsync<StaleEpochException>(() => newer.AppendAsync(1, 4, [Samples.Chunk(default, "old")], Cancellation));
        Assert.Equal(5, await newer.AppendAsync(2, 4, [Samples.Chunk(default, "new")], Cancellation));

        Assert.Equal(5, (await older.OpenAsync(mustExist: true, Cancellation))!.NextSequence);
        Assert.Equal(6, await older.AppendAsync(3, 5, [Samples.Chunk(default, "again")], Cancellation));
        await Assert.ThrowsAsync<StaleEpochException>(() => newer.AcceptTurnAsync("other", Samples.Hash("old"), default, Cancellation));
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Two_activations_that_race_200_times_never_both_commit(Backend backend)
    {
        var session = Samples.NewSession();
        using var maker = await Samples.SessionAsync(stores.Database(backend), session, 0, 0, Cancellation);
        var acknowledged = new ConcurrentBag<(long Sequence, string Text)>();
        var refused = 0;
        using var start = new Barrier(2);
        async Task RaceAsync(string name)
        {
            using var journal = new TurnJournal(stores.Database(backend), session);
            for (var round = 0; round < 200; round++)
            {
                await Task.Run(() => start.SignalAndWait(Cancellation), Cancellation);
                try
                {
                    var contents = (await journal.OpenAsync(mustExist: true, Cancellation))!;
                    if (round % 2 == 1)
                    {
                        await Task.Run(() => start.SignalAndWait(Cancellation), Cancellation); // both believe that they own it
                    }

                    var text = $"{name} {round}";
                    await journal.AppendAsync(contents.Epoch, contents.NextSequence, [Samples.Chunk(default, text)], Cancellation);
                    acknowledged.Add((contents.NextSequence, text));
                }
                catch (StaleEpochException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }

        await Task.WhenAll(RaceAsync("a"), RaceAsync("b"));
        var stored = (await maker.ReadAsync(1, 1000, Cancellation)).Select(record => (record.Sequence, record.Text())).ToList();
        Assert.Equal(400, acknowledged.Count + refused);
        Assert.Equal(acknowledged.OrderBy(pair => pair.Sequence), stored);
        Assert.InRange(refused, 100, 300); // every other round has exactly one loser
    }
}
