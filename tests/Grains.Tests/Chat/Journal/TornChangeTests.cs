using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>Every beginning of a change's commands, as a crash of the embedded store can leave it, is the session before the change or after it.</summary>
public sealed class TornChangeTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The accepted turn writes: its key, its record, the head, and two keys to forget.
    [Theory]
    [InlineData(Backend.Redis, 1), InlineData(Backend.Redis, 2), InlineData(Backend.Redis, 3), InlineData(Backend.Redis, 4)]
    [InlineData(Backend.Embedded, 1), InlineData(Backend.Embedded, 2), InlineData(Backend.Embedded, 3), InlineData(Backend.Embedded, 4)]
    public async Task An_accepted_turn_that_was_cut_short_happened_once_the_head_is_written(Backend backend, int commands)
    {
        var database = stores.Database(backend);
        var session = Samples.NewSession();
        var keys = session.Keys("mmi");
        using (await Samples.SessionAsync(database, session, 3, 2, Cancellation))
        {
        }

        // The same change, made whole, and then taken back but for its first commands.
        var before = (Head: await database.StringGetAsync(keys[0]), Log: await database.ListRangeAsync(keys[1]), Window: await database.HashGetAllAsync(keys[2]));
        using var writer = new TurnJournal(database, session, new JournalOptions { WindowCount = 2 });
        await writer.OpenAsync(mustExist: true, Cancellation);
        var opened = await database.StringGetAsync(keys[0]);
        await writer.AcceptTurnAsync("new", Samples.Hash("new"), Samples.Bytes("new"), Cancellation);
        var after = (Head: await database.StringGetAsync(keys[0]), Record: (await database.ListRangeAsync(keys[1], -1, -1))[0], Entry: await database.HashGetAsync(keys[2], "new"));
        Assert.Equal(2, await database.HashLengthAsync(keys[2]));
        await database.KeyDeleteAsync(keys);
        await database.StringSetAsync(keys[0], commands >= 3 ? after.Head : opened);
        await database.ListRightPushAsync(keys[1], commands >= 2 ? [.. before.Log, after.Record] : before.Log);
        await database.HashSetAsync(keys[2], [.. before.Window.Where(entry => commands < 4 || entry.Name != "key-0"), new HashEntry("new", after.Entry)]);

        using var heir = new TurnJournal(database, session, new JournalOptions { WindowCount = 3 });
        var contents = (await heir.OpenAsync(mustExist: true, Cancellation))!;
        Assert.Equal(commands >= 3 ? 14 : 13, (contents.NextSequence, await database.ListLengthAsync(keys[1])) is var (next, stored) && next == stored ? next : -1);
        Assert.Equal(commands >= 3 ? 2 : 3, await database.HashLengthAsync(keys[2]));
        var again = await heir.AcceptTurnAsync("new", Samples.Hash("new"), Samples.Bytes("new"), Cancellation);
        Assert.Equal((commands >= 3 ? AcceptOutcome.Existing : AcceptOutcome.New, 13), (again.Outcome, again.Sequence));
        Assert.Equal(14, (await heir.OpenAsync(mustExist: true, Cancellation))!.NextSequence);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_tail_that_nobody_was_told_of_is_not_read_and_goes(Backend backend)
    {
        var database = stores.Database(backend);
        var session = Samples.NewSession();
        var keys = session.Keys("mmi");
        using var journal = await Samples.SessionAsync(database, session, 1, 1, Cancellation);
        var head = await database.StringGetAsync(keys[0]);
        await journal.AppendAsync(1, 4, [.. Enumerable.Range(0, 300).Select(i => Samples.Chunk(default, $"{i}"))], Cancellation);
        await database.StringSetAsync(keys[0], head);

        Assert.Equal(4, (await journal.ReadAsync(0, 1000, Cancellation)).Count);
        Assert.Empty(await journal.ReadAsync(4, 10, Cancellation));
        using var heir = new TurnJournal(database, session);
        Assert.Equal(4, (await heir.OpenAsync(mustExist: true, Cancellation))!.NextSequence);
        Assert.Equal(5, await heir.AppendAsync(2, 4, [Samples.Chunk(default, "other")], Cancellation));
        Assert.Equal(5, await database.ListLengthAsync(keys[1]));
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_session_whose_making_was_cut_short_can_be_made_again(Backend backend)
    {
        var database = stores.Database(backend);
        var session = Samples.NewSession();
        using var journal = await Samples.SessionAsync(database, session, 0, 0, Cancellation);
        await database.KeyDeleteAsync(session.Keys("mmi")[0]);
        using var other = new TurnJournal(database, session);
        await Assert.ThrowsAsync<StateDamagedException>(() => other.CreateAsync(Samples.Bytes("another"), Cancellation));
        Assert.Equal(1, (await other.CreateAsync(Samples.Bytes("session"), Cancellation)).NextSequence);
        Assert.Equal(1, await database.ListLengthAsync(session.Keys("mmi")[1]));
    }
}
