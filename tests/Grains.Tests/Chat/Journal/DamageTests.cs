using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>Stored state that was tampered with, half restored or evicted is an error with a code, and never an empty session.</summary>
public sealed class DamageTests(Stores stores)
{
    private const int Seeds = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task All_of_100_seeded_damages_are_found(Backend backend)
    {
        var database = stores.Database(backend);
        Func<Random, RedisKey[], Task<string>>[] damages =
        [
            (_, keys) => DoneAsync("missing head", database.KeyDeleteAsync(keys[0])),
            (_, keys) => DoneAsync("empty head", database.StringSetAsync(keys[0], "")),
            async (random, keys) => await DoneAsync("cut head", database.StringSetAsync(keys[0], Cut(random, (await database.StringGetAsync(keys[0]))!))),
            async (random, keys) => await DoneAsync("flipped bit in the head", database.StringSetAsync(keys[0], Flip(random, (await database.StringGetAsync(keys[0]))!))),
            (_, keys) => DoneAsync("missing log", database.KeyDeleteAsync(keys[1])),
            (_, keys) => DoneAsync("missing last record", database.ListRightPopAsync(keys[1])),
            (_, keys) => DoneAsync("missing first record", database.ListLeftPopAsync(keys[1])),
            async (random, keys) => await DoneAsync("missing record", database.ListRemoveAsync(keys[1], await database.ListGetByIndexAsync(keys[1], Place(random)))),
            async (random, keys) => await DoneAsync("record twice", database.ListRightPushAsync(keys[1], await database.ListGetByIndexAsync(keys[1], Place(random)))),
            (random, keys) => EditAsync("cut record", database, keys[1], random, Cut),
            (random, keys) => EditAsync("flipped bit in a record", database, keys[1], random, Flip),
            (random, keys) => EditAsync("empty record", database, keys[1], random, (_, _) => []),
            (random, keys) => SwapAsync(database, keys[1], random),
            (_, keys) => DoneAsync("missing window", database.KeyDeleteAsync(keys[2])),
            (random, keys) => DoneAsync("missing key", database.HashDeleteAsync(keys[2], $"key-{random.Next(3)}")),
            (_, keys) => DoneAsync("extra key", database.HashSetAsync(keys[2], "extra", "field")),
            async (random, keys) => await DoneAsync("key's entry under another key", MoveAsync(database, keys[2], random)),
            async (random, keys) => await DoneAsync("flipped bit in an entry", EditEntryAsync(database, keys[2], random, Flip)),
            async (random, keys) => await DoneAsync("cut entry", EditEntryAsync(database, keys[2], random, Cut)),
            (_, keys) => ReplaceKindAsync(database, keys[1]),
        ];
        var undetected = new List<string>();
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (session, random) = (Samples.NewSession(), new Random(seed));
            using var journal = await Samples.SessionAsync(database, session, 3, 3, Cancellation);
            var what = await damages[seed % damages.Length](random, session.Keys("mmi"));
            using var opener = new TurnJournal(database, session);
            foreach (var mustExist in new[] { true, false })
            {
                try
                {
                    var contents = await opener.OpenAsync(mustExist, Cancellation);
                    undetected.Add($"seed {seed}: {what}, {contents?.Records.Count ?? 0} records");
                }
                catch (StateDamagedException problem)
                {
                    Assert.Equal(what == "missing head" ? "state_lost" : "state_damaged", problem.Code);
                    Assert.Equal(JournalState.Closed, opener.State);
                }
            }
        }

        Assert.Empty(undetected);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Another_sessions_records_or_head_are_not_taken_for_this_ones(Backend backend)
    {
        var database = stores.Database(backend);
        var (session, other) = (Samples.NewSession(), Samples.NewSession());
        using var first = await Samples.SessionAsync(database, session, 2, 2, Cancellation);
        using var second = await Samples.SessionAsync(database, other, 2, 2, Cancellation);
        var (keys, theirs) = (session.Keys("mmi"), other.Keys("mmi"));
        var head = await database.StringGetAsync(keys[0]);

        await database.StringSetAsync(keys[0], await database.StringGetAsync(theirs[0]));
        Assert.Contains("another session's", (await Assert.ThrowsAsync<StateDamagedException>(() => first.OpenAsync(true, Cancellation))).Message, StringComparison.Ordinal);

        await database.StringSetAsync(keys[0], head);
        await database.ListSetByIndexAsync(keys[1], 3, await database.ListGetByIndexAsync(theirs[1], 3));
        Assert.Contains("record 3", (await Assert.ThrowsAsync<StateDamagedException>(() => first.OpenAsync(true, Cancellation))).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task What_vanishes_under_an_owner_is_not_written_over(Backend backend)
    {
        var database = stores.Database(backend);
        var session = Samples.NewSession();
        using var journal = await Samples.SessionAsync(database, session, 1, 1, Cancellation);
        await database.ListRightPopAsync(session.Keys("mmi")[1]);
        await Assert.ThrowsAsync<StateDamagedException>(() => journal.AppendAsync(1, journal.NextSequence, [Samples.Chunk(default, "x")], Cancellation));
        Assert.Equal(JournalState.Unknown, journal.State);

        await database.KeyDeleteAsync(session.Keys("mmi")[0]);
        Assert.Equal("state_lost", (await Assert.ThrowsAsync<StateDamagedException>(() => journal.OpenAsync(false, Cancellation))).Code);
        Assert.Equal("state_lost", (await Assert.ThrowsAsync<StateDamagedException>(() => journal.CreateAsync(Samples.Bytes("session"), Cancellation))).Code);
        Assert.Equal(3, await database.ListLengthAsync(session.Keys("mmi")[1]));

        Assert.False(await journal.DeleteAsync(cancellationToken: Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => journal.OpenAsync(false, Cancellation));
    }

    private static int Place(Random random) => random.Next(1, 15);

    private static byte[] Cut(Random random, byte[] bytes) => bytes[..random.Next(bytes.Length)];

    private static byte[] Flip(Random random, byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    private static async Task<string> DoneAsync<T>(string what, Task<T> change)
    {
        await change;
        return what;
    }

    private static async Task<string> EditAsync(string what, IDatabase database, RedisKey log, Random random, Func<Random, byte[], byte[]> edit)
    {
        var place = random.Next(0, 16);
        await database.ListSetByIndexAsync(log, place, edit(random, (await database.ListGetByIndexAsync(log, place))!));
        return what;
    }

    private static async Task<string> SwapAsync(IDatabase database, RedisKey log, Random random)
    {
        var place = Place(random);
        var (one, two) = (await database.ListGetByIndexAsync(log, place), await database.ListGetByIndexAsync(log, place - 1));
        await database.ListSetByIndexAsync(log, place, two);
        await database.ListSetByIndexAsync(log, place - 1, one);
        return "swapped records";
    }

    private static async Task<bool> MoveAsync(IDatabase database, RedisKey window, Random random)
    {
        var (from, to) = (random.Next(3), 3);
        await database.HashSetAsync(window, $"key-{to}", await database.HashGetAsync(window, $"key-{from}"));
        return await database.HashDeleteAsync(window, $"key-{from}");
    }

    private static async Task<bool> EditEntryAsync(IDatabase database, RedisKey window, Random random, Func<Random, byte[], byte[]> edit)
    {
        var key = $"key-{random.Next(3)}";
        return await database.HashSetAsync(window, key, edit(random, (await database.HashGetAsync(window, key))!));
    }

    private static async Task<string> ReplaceKindAsync(IDatabase database, RedisKey log)
    {
        await database.KeyDeleteAsync(log);
        await database.StringSetAsync(log, "no list");
        return "a log that is no list";
    }
}
