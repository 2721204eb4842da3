using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Chat.Journal;

public sealed class TurnJournalTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_session_reads_back_byte_for_byte(Backend backend)
    {
        var session = Samples.NewSession();
        using var journal = new TurnJournal(stores.Database(backend), session);
        var made = await journal.CreateAsync(Samples.Bytes("the session"), Cancellation);
        var accepted = await journal.AcceptTurnAsync("key", Samples.Hash("body"), Samples.Bytes("body"), Cancellation);
        byte[][] payloads = [[], [.. Enumerable.Range(0, 256).Select(i => (byte)i)], "\r\n$5\r\n\0"u8.ToArray(), new byte[1 << 20]];
        new Random(1).NextBytes(payloads[3]);
        var next = await journal.AppendAsync(1, 2, [.. payloads.Select(payload => new NewRecord(RecordKind.Chunk, accepted.Turn, payload))], Cancellation);

        using var other = new TurnJournal(stores.Database(backend), session);
        var read = (await other.OpenAsync(mustExist: true, Cancellation))!;
        Assert.Equal((1, 6, AcceptOutcome.New), (made.Epoch, next, accepted.Outcome));
        Assert.Equal((2, 6, 1), (read.Epoch, read.NextSequence, read.TurnCount));
        Assert.Equal(made.CreatedAt, read.CreatedAt);
        Assert.Equal(
            [RecordKind.Session, RecordKind.Accepted, RecordKind.Chunk, RecordKind.Chunk, RecordKind.Chunk, RecordKind.Chunk], read.Records.Select(record => record.Kind));
        Assert.Equal([.. new[] { "the session"u8.ToArray(), "body"u8.ToArray() }, .. payloads], read.Records.Select(record => record.Payload.ToArray()));
        Assert.All(read.Records.Skip(1), record => Assert.Equal((accepted.Turn, 1), (record.Turn, record.Epoch)));
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_session_that_must_exist_and_does_not_is_lost(Backend backend)
    {
        using var journal = new TurnJournal(stores.Database(backend), Samples.NewSession());
        Assert.Null(await journal.OpenAsync(mustExist: false, Cancellation));
        Assert.Equal("state_lost", (await Assert.ThrowsAsync<StateDamagedException>(() => journal.OpenAsync(mustExist: true, Cancellation))).Code);
        Assert.Equal("state_lost", (await Assert.ThrowsAsync<StateDamagedException>(() => journal.ReadAsync(0, 1, Cancellation))).Code);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Making_a_session_again_opens_it_and_making_another_of_its_id_is_refused(Backend backend)
    {
        var session = Samples.NewSession();
        using var first = await Samples.SessionAsync(stores.Database(backend), session, 1, 1, Cancellation);
        using var second = new TurnJournal(stores.Database(backend), session);
        var again = await second.CreateAsync(Samples.Bytes("session"), Cancellation);
        Assert.Equal((2, 4), (again.Epoch, again.NextSequence));
        await Assert.ThrowsAsync<SessionExistsException>(() => second.CreateAsync(Samples.Bytes("another"), Cancellation));
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task An_append_that_is_repeated_succeeds_once_and_another_one_at_its_place_is_refused(Backend backend)
    {
        var session = Samples.NewSession();
        using var journal = await Samples.SessionAsync(stores.Database(backend), session, 0, 0, Cancellation);
        NewRecord[] records = [Samples.Chunk(default, "a"), Samples.Chunk(default, "b")];
        Assert.Equal(3, await journal.AppendAsync(1, 1, records, Cancellation));
        Assert.Equal(3, await journal.AppendAsync(1, 1, records, Cancellation));
        await Assert.ThrowsAsync<SequenceConflictException>(() => journal.AppendAsync(1, 1, [records[0], Samples.Chunk(default, "c")], Cancellation));
        await Assert.ThrowsAsync<SequenceConflictException>(() => journal.AppendAsync(1, 2, records, Cancellation));
        await Assert.ThrowsAsync<SequenceConflictException>(() => journal.AppendAsync(1, 4, records, Cancellation));

        using var heir = new TurnJournal(stores.Database(backend), session);
        await heir.OpenAsync(mustExist: true, Cancellation);
        Assert.Equal(3, await heir.AppendAsync(2, 1, records, Cancellation));
        Assert.Equal(["session", "a", "b"], (await heir.ReadAsync(0, 10, Cancellation)).Select(record => record.Text()));
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Records_are_read_in_pieces_and_across_pages(Backend backend)
    {
        var session = Samples.NewSession();
        using var journal = await Samples.SessionAsync(stores.Database(backend), session, 3, 299, Cancellation);
        Assert.Equal([5L, 6, 7], (await journal.ReadAsync(5, 3, Cancellation)).Select(record => record.Sequence));
        Assert.Equal(Enumerable.Range(600, 304).Select(i => (long)i), (await journal.ReadAsync(600, 1000, Cancellation)).Select(record => record.Sequence));
        Assert.Empty(await journal.ReadAsync(904, 5, Cancellation));
        using var other = new TurnJournal(stores.Database(backend), session);
        Assert.Equal(904, (await other.OpenAsync(mustExist: true, Cancellation))!.Records.Count);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_deleted_session_stays_known_as_deleted(Backend backend)
    {
        var session = Samples.NewSession();
        using var owner = await Samples.SessionAsync(stores.Database(backend), session, 1, 1, Cancellation);
        using var other = new TurnJournal(stores.Database(backend), session);
        Assert.True(await other.DeleteAsync(cancellationToken: Cancellation));
        Assert.False(await other.DeleteAsync(cancellationToken: Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => owner.AppendAsync(1, owner.NextSequence, [Samples.Chunk(default, "late")], Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => owner.AcceptTurnAsync("late", Samples.Hash("late"), default, Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => other.OpenAsync(mustExist: false, Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => other.CreateAsync(Samples.Bytes("session"), Cancellation));
        await Assert.ThrowsAsync<SessionDeletedException>(() => other.ReadAsync(0, 1, Cancellation));
        Assert.Equal([JournalState.Deleted, JournalState.Deleted], [owner.State, other.State]);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_fork_has_the_first_records_and_forgets_the_keys(Backend backend)
    {
        var (session, target) = (Samples.NewSession(), Samples.NewSession());
        using var journal = await Samples.SessionAsync(stores.Database(backend), session, 3, 2, Cancellation);
        await journal.ForkAsync(target, 5, Samples.Bytes("origin"), Cancellation);
        await journal.ForkAsync(target, 5, Samples.Bytes("origin"), Cancellation);
        await Assert.ThrowsAsync<SessionExistsException>(() => journal.ForkAsync(target, 4, Samples.Bytes("origin"), Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => journal.ForkAsync(Samples.NewSession(), 99, default, Cancellation));

        using var fork = new TurnJournal(stores.Database(backend), target);
        var read = (await fork.OpenAsync(mustExist: true, Cancellation))!;
        Assert.Equal(["session", "body 0", "turn 0 chunk 0", "turn 0 chunk 1", "", "origin"], read.Records.Select(record => record.Text()));
        Assert.Equal((1, RecordKind.Forked), (read.TurnCount, read.Records[^1].Kind));
        Assert.Equal(AcceptOutcome.New, (await fork.AcceptTurnAsync("key-0", Samples.Hash("body 0"), default, Cancellation)).Outcome);
        Assert.Equal(13, (await journal.ReadAsync(0, 100, Cancellation)).Count);
    }

    [Fact]
    public async Task Bad_input_is_refused_with_the_limit_and_the_value()
    {
        using var journal = await Samples.SessionAsync(stores.Database(Backend.Redis), Samples.NewSession(), 0, 0, Cancellation);
        async Task RefuseAsync(string sentence, Func<Task> action) => Assert.StartsWith(sentence, (await Assert.ThrowsAnyAsync<ArgumentException>(action)).Message, StringComparison.Ordinal);
        await RefuseAsync("An idempotency key must be 1 to 255 visible ASCII characters; this one has 0.", () => journal.AcceptTurnAsync("", Samples.Hash(""), default, Cancellation));
        await RefuseAsync("An idempotency key must be 1 to 255", () => journal.AcceptTurnAsync("a b", Samples.Hash(""), default, Cancellation));
        await RefuseAsync("A request's hash must have 32 bytes; this one has 3.", () => journal.AcceptTurnAsync("key", new byte[3], default, Cancellation));
        await RefuseAsync("A record's payload has at most 1048576 bytes; this one has 1048577.", () => journal.AcceptTurnAsync("key", Samples.Hash(""), new byte[(1 << 20) + 1], Cancellation));
        await RefuseAsync("An append takes 1 to 1000 records; this one has 0.", () => journal.AppendAsync(1, 1, [], Cancellation));
        await RefuseAsync("A record of kind Accepted is not appended", () => journal.AppendAsync(1, 1, [new(RecordKind.Accepted, default, default)], Cancellation));
        await RefuseAsync("The session must be 1 to 128 letters", () => Task.FromResult(new SessionKey("tenant", "a}b")));
        await RefuseAsync("The tenant must be 1 to 64 letters", () => Task.FromResult(new SessionKey("", "b")));
        Assert.Equal(1, journal.NextSequence);
    }

    [Fact]
    public void A_turn_id_is_read_back_from_its_text()
    {
        var turn = TurnId.Of(Samples.NewSession(), "key", 3);
        Assert.Equal(turn, TurnId.Parse(turn.ToString()));
        Assert.Throws<FormatException>(() => TurnId.Parse("12"));
    }
}
