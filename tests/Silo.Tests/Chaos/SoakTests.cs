using System.Text.Json;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>A soak of a real silo: conversations come and go, and its memory is told as it is.</summary>
public sealed class SoakTests
{
    [Fact, Trait("Category", "slow")]
    public async Task A_short_soak_answers_everyone_and_samples_the_silo()
    {
        using var folder = new TemporaryFolder();
        await using var run = new SoakRun(
            new SoakOptions
            {
                Model = TinyModel.Write(folder.File("model")),
                Folder = folder.File("run"),
                Time = TimeSpan.FromSeconds(40),
                Sessions = 8,
                TurnsPerSession = 3,
                Between = TimeSpan.FromSeconds(1),
            },
            TestContext.Current.SendDiagnosticMessage);
        var report = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.True(report.Sessions > 8 && report.Turns > 24, $"{report.Turns} turns of {report.Sessions} sessions");
        var samples = File.ReadLines(report.Samples).Select(line => JsonSerializer.Deserialize<MemorySample>(line)!).ToArray();
        Assert.InRange(samples.Length, 20, 41);
        Assert.All(samples, sample => Assert.InRange(sample.Resident, 50L << 20, 4L << 30));
        Assert.InRange(Assert.Single(report.Trends).Value.Growth, -0.5, 0.5); // the process is still warming up
    }
}
