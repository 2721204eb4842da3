using MmiGrains.Contracts.Chat;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Chaos;

public sealed class ChaosClientTests : IDisposable
{
    private const string Session = "chaos/one";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task One_that_gave_up_goes_on_with_the_turn_that_it_left()
    {
        await using var cluster = new ChaosCluster(TinyModel.Write(_folder.File("model")), _folder.File("run"));
        await cluster.StartAsync(1);
        var settings = new GenerationSettings { MaxTokens = 8, ImageSteps = 4, MaxImages = 1, PreviewEvery = 0 };
        using (var log = new ClientLog(_folder.File("client.jsonl")))
        {
            var client = new ChaosClient(cluster.Grains, Session, log, settings, patience: TimeSpan.FromSeconds(1));
            await client.TalkAsync(CancellationToken.None, turns: 2);

            cluster.Silos[0].Pause();
            await Assert.ThrowsAnyAsync<Exception>(() => client.TalkAsync(CancellationToken.None));
            cluster.Silos[0].Resume();
            log.CameBack();
            await client.TalkAsync(new CancellationToken(canceled: true));
            Assert.Equal(3, client.Finished);
        }

        var lines = ClientLog.Read(_folder.File("client.jsonl"));
        Assert.Contains(lines, line => (string)line["what"]! == "gave up");
        var held = await cluster.Grains.GetGrain<IChatSessionGrain>(Session).WatchAsync(0, Cancellation).ToListAsync(Cancellation);
        Assert.Empty(ChaosChecker.Check(Session, lines, [.. held.Where(e => e.IsDurable)]));
    }
}
