using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>Real processes on a real Redis, broken again and again; the checker reads the clients' own logs.</summary>
public sealed class ChaosTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public Task Ten_silos_are_killed_and_nothing_acknowledged_is_lost() => BreakAsync(ChaosKind.KillSilo, kills: 10, sessions: 20);

    [Fact]
    public Task The_store_is_killed_and_nothing_acknowledged_is_lost() => BreakAsync(ChaosKind.KillStore, kills: 3, sessions: 8);

    [Fact, Trait("Category", "slow")]
    public Task Fifty_silos_are_killed_and_nothing_acknowledged_is_lost() => BreakAsync(ChaosKind.KillSilo, kills: 50, sessions: 20);

    [Fact, Trait("Category", "slow")]
    public Task A_silo_that_slept_commits_nothing() => BreakAsync(ChaosKind.PauseSilo, kills: 5, sessions: 20);

    [Fact, Trait("Category", "slow")]
    public async Task Silos_come_and_go_and_clients_hardly_notice()
    {
        var report = await BreakAsync(ChaosKind.Scale, kills: 10, sessions: 20);
        Assert.InRange(report.MostRetries, 0, 3);
    }

    // What the silos wrote about what they did not expect.
    private IEnumerable<string> Errors() => Directory.GetFiles(Path.Combine(_folder.Path, "run"), "silo-*.txt")
        .SelectMany(File.ReadLines).Where(line => line.Contains(" fail: MmiGrains", StringComparison.Ordinal)).TakeLast(20);

    public void Dispose() => _folder.Dispose();

    private async Task<ChaosReport> BreakAsync(ChaosKind kind, int kills, int sessions)
    {
        await using var run = new ChaosRun(
            new ChaosOptions { Model = TinyModel.Write(Path.Combine(_folder.Path, "model")), Folder = Path.Combine(_folder.Path, "run"), Kind = kind, Kills = kills, Sessions = sessions },
            TestContext.Current.SendDiagnosticMessage);
        var report = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(report.Wrong.Count == 0, string.Join('\n', [.. report.Wrong, .. Errors()]));
        Assert.Equal(0, report.GaveUp);
        Assert.True(report.Turns >= sessions && report.Events > 2 * report.Turns, $"{report.Turns} turns, {report.Events} events");
        return report;
    }
}
