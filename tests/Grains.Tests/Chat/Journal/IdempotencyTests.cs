using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Chat.Journal;

public sealed class IdempotencyTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task The_same_request_is_one_turn_and_another_of_its_key_is_a_conflict(Backend backend)
    {
        var session = Samples.NewSession();
        using var journal = await Samples.SessionAsync(stores.Database(backend), session, 0, 0, Cancellation);
        var first = await journal.AcceptTurnAsync("key", Samples.Hash("body"), Samples.Bytes("body"), Cancellation);
        var again = await journal.AcceptTurnAsync("key", Samples.Hash("body"), Samples.Bytes("body"), Cancellation);
        var other = await journal.AcceptTurnAsync("key", Samples.Hash("other"), Samples.Bytes("other"), Cancellation);
        using var heir = new TurnJournal(stores.Database(backend), session);
        await heir.OpenAsync(mustExist: true, Cancellation);
        var later = await heir.AcceptTurnAsync("key", Samples.Hash("body"), Samples.Bytes("body"), Cancellation);
        var conflict = await heir.AcceptTurnAsync("key", Samples.Hash("other"), Samples.Bytes("other"), Cancellation);
        Assert.Equal(new AcceptedTurn(AcceptOutcome.New, first.Turn, 1), first);
        Assert.All([again, later], turn => Assert.Equal(first with { Outcome = AcceptOutcome.Existing }, turn));
        Assert.All([other, conflict], turn => Assert.Equal(first with { Outcome = AcceptOutcome.Conflict }, turn));
        Assert.Equal(2, (await heir.ReadAsync(0, 10, Cancellation)).Count);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Eight_that_ask_one_activation_at_once_get_one_turn(Backend backend)
    {
        using var journal = await Samples.SessionAsync(stores.Database(backend), Samples.NewSession(), 0, 0, Cancellation);
        for (var round = 0; round < 50; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                Task.Run(() => journal.AcceptTurnAsync($"key-{round}", Samples.Hash("body"), Samples.Bytes("body"), Cancellation), Cancellation)));
            Assert.Single(answers, answer => answer.Outcome == AcceptOutcome.New);
            Assert.Single(answers.Select(answer => answer.Turn).Distinct());
        }

        Assert.Equal(50, journal.TurnCount);
        Assert.Equal(51, (await journal.ReadAsync(0, 100, Cancellation)).Count);
    }

    // The worst case: every gateway reaches another activation, and each takes the session from the others.
    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Eight_activations_that_fight_for_a_session_make_one_turn_of_one_key(Backend backend)
    {
        var session = Samples.NewSession();
        using var maker = await Samples.SessionAsync(stores.Database(backend), session, 0, 0, Cancellation);
        async Task<AcceptedTurn> AskAsync(int seed)
        {
            using var journal = new TurnJournal(stores.Database(backend), session);
            var random = new Random(seed);
            while (true)
            {
                try
                {
                    await journal.OpenAsync(mustExist: true, Cancellation);
                    return await journal.AcceptTurnAsync("key", Samples.Hash("body"), Samples.Bytes("body"), Cancellation);
                }
                catch (StaleEpochException)
                {
                    await Task.Delay(random.Next(20), Cancellation);
                }
            }
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => AskAsync(seed), Cancellation)));
        Assert.Single(answers, answer => answer.Outcome == AcceptOutcome.New);
        Assert.Single(answers.Select(answer => answer.Turn).Distinct());
        Assert.Equal(2, (await maker.ReadAsync(0, 10, Cancellation)).Count);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Keys_are_forgotten_after_a_day_and_beyond_the_latest_few(Backend backend)
    {
        var session = Samples.NewSession();
        var (options, clock) = (new JournalOptions { WindowCount = 5 }, new Clock());
        using var journal = new TurnJournal(stores.Database(backend), session, options, clock);
        await journal.CreateAsync(default, Cancellation);
        async Task<AcceptedTurn> AskAsync(TurnJournal asked, int key) => await asked.AcceptTurnAsync($"key-{key}", Samples.Hash("body"), default, Cancellation);
        var turns = new List<AcceptedTurn>();
        for (var i = 0; i < 12; i++)
        {
            turns.Add(await AskAsync(journal, i));
            clock.Now += TimeSpan.FromHours(1);
        }

        using var heir = new TurnJournal(stores.Database(backend), session, options, clock);
        await heir.OpenAsync(mustExist: true, Cancellation);
        Assert.Equal(AcceptOutcome.Existing, (await AskAsync(heir, 7)).Outcome);
        var again = await AskAsync(heir, 6);
        Assert.Equal(AcceptOutcome.New, again.Outcome);
        Assert.NotEqual(turns[6].Turn, again.Turn);

        clock.Now += TimeSpan.FromHours(23.5); // the 11th was accepted 24.5 hours ago, the one above 23.5
        Assert.Equal(AcceptOutcome.Existing, (await AskAsync(heir, 6)).Outcome);
        Assert.Equal(AcceptOutcome.New, (await AskAsync(heir, 11)).Outcome);
        Assert.Equal(14, (await journal.OpenAsync(mustExist: true, Cancellation))!.TurnCount);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
