using System.Globalization;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>The store's process is killed while eight sessions write: whatever was acknowledged is there afterwards, in order, and nothing else but a last unacknowledged append.</summary>
public sealed class KillTests
{
    private const int Sessions = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis, 20), InlineData(Backend.Embedded, 3)]
    public Task Nothing_acknowledged_is_lost(Backend backend, int kills) => KillAsync(backend, kills, withCheckpoints: false);

    [Fact]
    public Task Nothing_acknowledged_is_lost_amid_checkpoints() => KillAsync(Backend.Embedded, 2, withCheckpoints: true);

    [Theory, Trait("Category", "slow"), InlineData(Backend.Redis, 100), InlineData(Backend.Embedded, 10)]
    public Task Nothing_acknowledged_is_lost_in_many_kills(Backend backend, int kills) => KillAsync(backend, kills, withCheckpoints: false);

    [Fact, Trait("Category", "slow")]
    public Task Nothing_acknowledged_is_lost_amid_checkpoints_in_many_kills() => KillAsync(Backend.Embedded, 10, withCheckpoints: true);

    private static async Task KillAsync(Backend backend, int kills, bool withCheckpoints)
    {
        using KillableServer server = backend == Backend.Redis ? new RedisServer() : new EmbeddedServer();
        await server.StartAsync();
        var writers = Enumerable.Range(0, Sessions).Select(i => new Writer(i)).ToList();
        var random = new Random(7);
        for (var kill = 0; kill < kills; kill++)
        {
            await using (var store = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = server.ConnectionString }, null, Cancellation))
            {
                var writing = writers.Select(writer => Task.Run(() => writer.WriteAsync(store.Connection.GetDatabase(), Cancellation), Cancellation)).ToList();
                if (withCheckpoints)
                {
                    writing.Add(Task.Run(() => CheckpointAsync(store.Connection.GetDatabase()), Cancellation));
                }

                for (var before = writers.Sum(writer => writer.Acknowledged); writers.Sum(writer => writer.Acknowledged) < before + Sessions;)
                {
                    await Task.Delay(5, Cancellation); // a process that just started is slow to answer
                }

                await Task.Delay(random.Next(300), Cancellation);
                server.Kill();
                await Task.WhenAll(writing);
            }

            await server.StartAsync();
        }

        await using var last = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = server.ConnectionString }, null, Cancellation);
        foreach (var writer in writers)
        {
            await writer.CheckAsync(last.Connection.GetDatabase(), Cancellation);
        }

        var acknowledged = writers.Sum(writer => writer.Acknowledged);
        TestContext.Current.SendDiagnosticMessage($"{backend}: {kills} kills, {acknowledged} acknowledged records, 0 lost");
        Assert.InRange(acknowledged, kills * Sessions, long.MaxValue);
    }

    private static async Task CheckpointAsync(IDatabase database)
    {
        try
        {
            while (true)
            {
                await database.ExecuteAsync("SAVE");
                await Task.Delay(20, Cancellation);
            }
        }
        catch (Exception problem) when (problem is RedisException or TimeoutException or TaskCanceledException)
        {
            // Killed.
        }
    }

    // Writes one number after the other, in groups of 1 to 5. What an append that failed left behind is taken over when it is whole.
    private sealed class Writer(int seed)
    {
        private readonly SessionKey _session = Samples.NewSession();
        private readonly Random _random = new(seed);
        private int _group;
        private bool _isMade;

        public long Acknowledged { get; private set; }

        public async Task WriteAsync(IDatabase database, CancellationToken cancellationToken)
        {
            using var journal = new TurnJournal(database, _session);
            try
            {
                var contents = _isMade ? (await journal.OpenAsync(mustExist: true, cancellationToken))! : await journal.CreateAsync(default, cancellationToken);
                _isMade = true;
                Take(contents.Records);
                while (true)
                {
                    _group = _random.Next(1, 6);
                    var (turn, text) = (await journal.AcceptTurnAsync($"key-{Acknowledged}", Samples.Hash("body"), Number(Acknowledged), cancellationToken), Acknowledged);
                    Acknowledged++;
                    await journal.AppendAsync(
                        journal.Epoch, journal.NextSequence, [.. Enumerable.Range(1, _group).Select(i => new NewRecord(RecordKind.Chunk, turn.Turn, Number(text + i)))], cancellationToken);
                    Acknowledged += _group;
                }
            }
            catch (StoreException)
            {
                // Killed.
            }
        }

        public async Task CheckAsync(IDatabase database, CancellationToken cancellationToken)
        {
            using var journal = new TurnJournal(database, _session);
            Take((_isMade ? (await journal.OpenAsync(mustExist: true, cancellationToken))! : await journal.CreateAsync(default, cancellationToken)).Records);
        }

        // After the first, the session's own record, each is the number of those before it.
        private void Take(IReadOnlyList<JournalRecord> records)
        {
            var surplus = Math.Max(records.Count - 1, 0) - Acknowledged;
            Assert.True(surplus == 0 || surplus == 1 || surplus == _group, $"{Acknowledged} were acknowledged, and {records.Count - 1} are there.");
            Assert.Equal(Enumerable.Range(0, (int)(Acknowledged + surplus)), records.Skip(1).Select(record => int.Parse(record.Text(), CultureInfo.InvariantCulture)));
            Acknowledged += surplus;
        }

        private static byte[] Number(long value) => Samples.Bytes(value.ToString(CultureInfo.InvariantCulture));
    }
}
