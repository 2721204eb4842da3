using System.Text;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;
using MmiGrains.Grains.Illustration;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Chaos;
using StackExchange.Redis;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>Silos are killed while a document is illustrated: it is done by itself, no picture is missing, and none was painted twice.</summary>
public sealed class IllustrationKillTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Ten_sections_and_two_kills() => IllustrateAsync(sections: 10, kills: 2);

    [Fact, Trait("Category", "slow")]
    public Task Forty_sections_and_fifty_kills() => IllustrateAsync(sections: 40, kills: 50, steps: 400); // so that a picture takes longer than a silo to start

    public void Dispose() => _folder.Dispose();

    private async Task IllustrateAsync(int sections, int kills, int steps = 20)
    {
        await using var cluster = new ChaosCluster(TinyModel.Write(_folder.File("model")), _folder.File("run"));
        await cluster.StartAsync(2);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(cluster.Store.ToConfiguration(cluster.Store.ConnectionString!));
        var job = cluster.Grains.GetGrain<IIllustrationJobGrain>("acme/story");
        await job.StartAsync(await SpecAsync(new DocumentStore(connection, cluster.Store), sections, steps));

        var (random, killed) = (new Random(1), 0);
        for (var status = await AskAsync(job.GetAsync); status.State != JobState.Completed; status = await AskAsync(job.GetAsync))
        {
            Assert.True(status.State == JobState.Running, $"{status.State} after {killed} kills: {status.Problem}");
            if (killed < kills && status.Done >= (sections - 1) * killed / kills)
            {
                var victim = cluster.Silos[random.Next(cluster.Silos.Count)];
                victim.KillNow();
                killed++;
                cluster.Drop(victim);
                await cluster.AddSiloAsync();
            }

            await Task.Delay(50, Cancellation);
        }

        Assert.Equal(kills, killed);
        await CheckAsync(cluster, await AskAsync(() => job.GetDocumentAsync(0)), sections);
        var index = new JobIndex(connection, cluster.Store);
        for (var since = DateTime.UtcNow; (await index.ListOpenAsync()).Count > 0; await Task.Delay(50, Cancellation))
        {
            Assert.True(DateTime.UtcNow - since < TimeSpan.FromSeconds(60), "The job is done, and still entered as open.");
        }
    }

    // What was painted is in the conversations' journals, whatever the job says.
    private static async Task CheckAsync(ChaosCluster cluster, IllustratedDocument document, int sections)
    {
        Assert.Equal(sections, document.Figures.Count);
        Assert.All(document.Figures, figure => Assert.NotNull(Assert.Single(figure.Tries).Image));
        var painted = new List<string>();
        foreach (var session in document.Figures.Select(figure => figure.KeptTry!.Session).Distinct())
        {
            var transcript = await AskAsync(cluster.Grains.GetGrain<IChatSessionGrain>($"acme/{session}").ReadAsync);
            painted.AddRange(transcript.Turns.SelectMany(turn => turn.Answer.OfType<ImageSegment>()).Select(image => image.Image.Hash));
        }

        Assert.Equal(document.Figures.Select(figure => figure.KeptTry!.Image).Order(StringComparer.Ordinal), painted.Order(StringComparer.Ordinal));
    }

    private static async Task<IllustrationSpec> SpecAsync(DocumentStore store, int sections, int steps)
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, sections).Select(i => $"# Section {i}\n\nBo is at place {i}.\n\n")));
        var plan = Planner.Make("story.md", bytes, Document.Read("story.md", bytes), new PlanOptions()) with { Steps = steps, Threshold = -1 };
        return new IllustrationSpec([new DocumentSpec("story.md", await store.PutAsync("acme/story", bytes), plan)]);
    }

    // A silo that was just killed does not answer.
    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask();
            }
            catch (Exception) when (attempt < 100)
            {
                await Task.Delay(200, Cancellation);
            }
        }
    }
}
