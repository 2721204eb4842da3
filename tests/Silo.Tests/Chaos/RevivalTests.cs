using System.Diagnostics;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;
using Orleans.Runtime;
using StackExchange.Redis;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>The silo that had a session is killed in the middle of a turn, and nobody asks for the session any more: another silo takes the turn up.</summary>
public sealed class RevivalTests : IDisposable
{
    private const int Sessions = 3;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static readonly GenerationSettings Long = new() { MaxTokens = 24, ImageFirst = true, MaxImages = 1, ImageSteps = 300, PreviewEvery = 0 };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turns_of_a_killed_silo_are_taken_up_by_another_though_nobody_watches()
    {
        await using var cluster = Cluster();
        await cluster.StartAsync(2);
        var sessions = await BeginAsync(cluster);
        var management = cluster.Grains.GetGrain<IManagementGrain>(0);
        var owner = (await management.GetActivationAddress((IAddressable)cluster.Grains.GetGrain<IChatSessionGrain>(sessions[0].ToString()), Cancellation))!;
        var silo = cluster.Silos.Single(silo => silo.Port == owner.Endpoint.Port);
        silo.KillNow();
        await EndAsync(cluster, sessions);
    }

    [Fact, Trait("Category", "slow")]
    public async Task Turns_of_a_cluster_that_was_killed_as_a_whole_are_taken_up_by_the_next()
    {
        await using var cluster = Cluster();
        await cluster.StartAsync(1);
        var sessions = await BeginAsync(cluster);
        cluster.Drop(cluster.Silos[0]);
        await cluster.AddSiloAsync();
        await EndAsync(cluster, sessions);
    }

    public void Dispose() => _folder.Dispose();

    private ChaosCluster Cluster() => new(TinyModel.Write(_folder.File("model")), _folder.File("run"));

    private static async Task<IReadOnlyList<SessionKey>> BeginAsync(ChaosCluster cluster)
    {
        var sessions = Enumerable.Range(0, Sessions).Select(i => new SessionKey("acme", $"alone-{i}")).ToArray();
        foreach (var session in sessions)
        {
            await cluster.Grains.GetGrain<IChatSessionGrain>(session.ToString()).CreateAsync();
        }

        foreach (var session in sessions)
        {
            await cluster.Grains.GetGrain<IChatSessionGrain>(session.ToString()).SendAsync(new TurnRequest("turn", [new TextSegment("a big red star.")], Long));
        }

        return sessions;
    }

    // The journals are read in the store: a call to a session would wake it.
    private static async Task EndAsync(ChaosCluster cluster, IReadOnlyList<SessionKey> sessions)
    {
        var began = Stopwatch.GetTimestamp();
        await using var connection = await ConnectionMultiplexer.ConnectAsync(cluster.Store.ToConfiguration(cluster.Store.ConnectionString!));
        var taken = 0;
        foreach (var session in sessions)
        {
            using var journal = new TurnJournal(connection.GetDatabase(), session, new JournalOptions { KeyPrefix = cluster.Store.KeyPrefix });
            IReadOnlyList<JournalRecord> records;
            while (!(records = await journal.ReadAsync(0, 1000, Cancellation)).Any(record => record.Kind == RecordKind.Committed))
            {
                Assert.True(Stopwatch.GetElapsedTime(began) < Bound, $"{session}: {string.Join(", ", records.Select(record => record.Kind))} after {Bound.TotalSeconds:0} s");
                await Task.Delay(50, Cancellation);
            }

            Assert.Single(records, record => record.Kind == RecordKind.Image);
            taken += records[^1].Epoch > records[0].Epoch ? 1 : 0;
        }

        TestContext.Current.SendDiagnosticMessage($"{taken} of {sessions.Count} turns were taken up and ended within {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
        Assert.InRange(taken, 1, sessions.Count);
        while (await connection.GetDatabase().HashLengthAsync($"{cluster.Store.KeyPrefix}/open-sessions") > 0)
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Bound, "Sessions without an open turn are still entered.");
            await Task.Delay(50, Cancellation);
        }
    }
}
