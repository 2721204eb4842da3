using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>A store that does what it is told after its client gave up: with naive retries that is a turn made twice.</summary>
public sealed class LostAcknowledgementTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 4000, 2000)]
    [InlineData(15, 400, 200)]
    public async Task A_turn_whose_acknowledgement_was_lost_is_made_once(int rounds, int pause, int timeout)
    {
        using var server = await RedisServer.RunAsync();
        await using var administration = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var options = new StoreOptions { ConnectionString = server.ConnectionString, CommandTimeout = TimeSpan.FromMilliseconds(timeout) };
        await using var store = await ClusterStore.OpenAsync(options, null, Cancellation);
        using var journal = await Samples.SessionAsync(store.Connection.GetDatabase(), Samples.NewSession(), 0, 0, Cancellation);
        for (var round = 0; round < rounds; round++)
        {
            var (key, before) = ($"key-{round}", journal.NextSequence);
            Task<AcceptedTurn> AskAsync() => journal.AcceptTurnAsync(key, Samples.Hash(key), Samples.Bytes(key), Cancellation);
            await administration.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", $"{pause}", "WRITE");
            await Assert.ThrowsAsync<StoreException>(AskAsync);
            Assert.Equal((JournalState.Unknown, before), (journal.State, journal.NextSequence));
            await Assert.ThrowsAsync<JournalNotOpenException>(AskAsync);

            await ReopenAsync(journal);
            var answer = await AskAsync();
            Assert.Equal((AcceptOutcome.Existing, before), (answer.Outcome, answer.Sequence));
        }

        var records = await journal.ReadAsync(1, 1000, Cancellation);
        Assert.Equal(Enumerable.Range(0, rounds).Select(round => $"key-{round}"), records.Select(record => record.Text()));
    }

    [Fact]
    public async Task An_append_whose_acknowledgement_was_lost_is_appended_once()
    {
        using var server = await RedisServer.RunAsync();
        await using var administration = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        var options = new StoreOptions { ConnectionString = server.ConnectionString, CommandTimeout = TimeSpan.FromMilliseconds(200) };
        await using var store = await ClusterStore.OpenAsync(options, null, Cancellation);
        using var journal = await Samples.SessionAsync(store.Connection.GetDatabase(), Samples.NewSession(), 0, 0, Cancellation);
        for (var round = 0; round < 10; round++)
        {
            NewRecord[] records = [Samples.Chunk(default, $"a {round}"), Samples.Chunk(default, $"b {round}")];
            var place = journal.NextSequence;
            await administration.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", "400", "WRITE");
            await Assert.ThrowsAsync<StoreException>(() => journal.AppendAsync(journal.Epoch, place, records, Cancellation));
            await ReopenAsync(journal);
            Assert.Equal(place + 2, await journal.AppendAsync(journal.Epoch, place, records, Cancellation));
        }

        Assert.Equal(21, (await journal.ReadAsync(0, 1000, Cancellation)).Count);
    }

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task A_caller_who_gives_up_leaves_the_journal_to_be_opened_again(Backend backend)
    {
        using KillableServer server = backend == Backend.Redis ? new RedisServer() : new EmbeddedServer();
        await server.StartAsync();
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = server.ConnectionString }, null, Cancellation);
        using var journal = await Samples.SessionAsync(store.Connection.GetDatabase(), Samples.NewSession(), 0, 0, Cancellation);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var asked = journal.AppendAsync(1, 1, [.. Enumerable.Range(0, 15).Select(i => new NewRecord(RecordKind.Chunk, default, new byte[1 << 20]))], impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        Assert.Equal((JournalState.Unknown, 1), (journal.State, journal.NextSequence));
        var contents = (await journal.OpenAsync(mustExist: true, Cancellation))!;
        Assert.Contains(contents.Records.Count, (int[])[1, 16]);
    }

    private static async Task ReopenAsync(TurnJournal journal)
    {
        while (true)
        {
            try
            {
                await journal.OpenAsync(mustExist: true, Cancellation);
                return;
            }
            catch (StoreException)
            {
                // Still paused; a silo would answer 503 and be asked again.
            }
        }
    }
}
