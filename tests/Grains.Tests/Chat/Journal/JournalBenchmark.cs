using System.Diagnostics;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Chat.Journal;

/// <summary>Not a test: prints how fast journals are. <c>--explicit only --filter-class '*JournalBenchmark' --show-live-output on</c>.</summary>
public sealed class JournalBenchmark(Stores stores, ITestOutputHelper output)
{
    private const int Clients = 8, Appends = 300, Turns = 300;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory(Explicit = true), Trait("Category", "slow"), InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task Appends_per_second_and_the_latency_of_a_turn(Backend backend)
    {
        var database = stores.Database(backend);
        var records = Enumerable.Range(0, 4).Select(_ => new NewRecord(RecordKind.Chunk, default, new byte[100])).ToList();
        var journals = new List<TurnJournal>();
        for (var i = 0; i < Clients; i++)
        {
            journals.Add(await Samples.SessionAsync(database, Samples.NewSession(), 1, 10, Cancellation));
        }

        async Task RunAsync(TurnJournal journal)
        {
            for (var i = 0; i < Appends; i++)
            {
                await journal.AppendAsync(journal.Epoch, journal.NextSequence, records, Cancellation);
            }
        }

        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(journals.Select(journal => Task.Run(() => RunAsync(journal), Cancellation)));
        var rate = Clients * Appends / Stopwatch.GetElapsedTime(began).TotalSeconds;

        var times = new List<double>();
        for (var i = 0; i < Turns; i++)
        {
            began = Stopwatch.GetTimestamp();
            var turn = (await journals[0].AcceptTurnAsync($"turn-{i}", Samples.Hash("body"), new byte[200], Cancellation)).Turn;
            await journals[0].AppendAsync(journals[0].Epoch, journals[0].NextSequence, [records[0] with { Turn = turn }], Cancellation);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine(
            $"{backend}: {rate:F0} appends of {records.Count} records per second with {Clients} clients; accept and append p50 {times[Turns / 2]:F2} ms, p95 {times[Turns * 95 / 100]:F2} ms");
    }
}
