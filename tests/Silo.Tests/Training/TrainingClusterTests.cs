using MmiGrains.Contracts.Training;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Chaos;
using MmiGrains.Silo.Http.Streaming;
using Orleans.Runtime;

namespace MmiGrains.Silo.Tests.Training;

/// <summary>Training jobs of silos in processes of their own on one Redis, which are killed while they work.</summary>
public sealed class TrainingClusterTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(400);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact, Trait("Category", "slow")]
    public async Task The_silo_of_the_trainer_and_then_that_of_the_job_are_killed_in_the_middle_of_a_round_and_the_weights_are_those_of_an_undisturbed_run()
    {
        var recipe = SceneRecipe.Of(steps: 120);
        await using var cluster = Cluster();
        await cluster.StartAsync(3);
        var job = cluster.Grains.GetGrain<ITrainingJobGrain>("acme/killed");
        await job.CreateAsync(Spec(recipe, "killed") with { MaxTrainers = 1 });
        var at = await UntilAsync(job, info => info is { Step: >= 5, Phase: TrainingPhase.Round, Trainers.Count: 1 });
        Kill(cluster, WorkerKey.Parse(at.Trainers[0]).Silo);
        at = await UntilAsync(job, info => info.Step >= at.Step + 10);
        var owner = await cluster.Grains.GetGrain<IManagementGrain>(0).GetActivationAddress((IAddressable)job, Cancellation);
        Kill(cluster, owner!);
        var done = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal((TrainingPhase.Completed, 120L, null), (done.Phase, done.Step, done.Message));
        Assert.Equal(SceneRecipe.Train(recipe, _folder.File("alone")), Weights(done));
        var steps = await job.ReadMetricsAsync(0, 1000);
        Assert.Equal(Enumerable.Range(1, 120), steps.Where(metric => metric.Split == "train").Select(metric => (int)metric.Step));
    }

    [Fact, Trait("Category", "slow")]
    public async Task Members_that_are_added_killed_and_sent_away_leave_no_trace_in_the_weights()
    {
        var recipe = SceneRecipe.Of(steps: 500, accumulation: 3);
        recipe = recipe with { ValidateEvery = 0, CheckpointEvery = 1000 };
        await using var cluster = Cluster();
        await cluster.StartAsync(1);
        var job = cluster.Grains.GetGrain<ITrainingJobGrain>("acme/members");
        await job.CreateAsync(Spec(recipe, "members"));
        await UntilAsync(job, info => info.Step >= 5);
        var second = await cluster.AddSiloAsync();
        await UntilAsync(job, info => info.Trainers.Count == 2);
        var third = await cluster.AddSiloAsync();
        var at = await UntilAsync(job, info => info.Trainers.Count == 3);
        at = await UntilAsync(job, info => info.Step >= at.Step + 10);
        second.KillNow();
        at = await UntilAsync(job, info => info.Trainers.Count == 2);
        at = await UntilAsync(job, info => info.Step >= at.Step + 10);
        Assert.Equal(0, await third.EndAsync(TimeSpan.FromSeconds(60)));
        at = await UntilAsync(job, info => info.Trainers.Count == 1);
        Assert.True(at.Step < 500, "the job ended before its members had gone");
        var done = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal((TrainingPhase.Completed, 500L), (done.Phase, done.Step));

        var losses = (await job.ReadMetricsAsync(0, 1000)).Select(metric => metric.Values["loss"]).ToArray();
        var counts = (await job.ReadMetricsAsync(0, 1000)).CountBy(metric => metric.Values["trainers"]).ToDictionary();
        TestContext.Current.SendDiagnosticMessage($"steps by trainers: {string.Join(", ", counts.Select(count => $"{count.Key}: {count.Value}"))}; repeats {done.Repeats}");
        var weights = SceneRecipe.Train(recipe, _folder.File("alone"));
        var alone = File.ReadLines(Path.Combine(_folder.File("alone"), "metrics.jsonl")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["loss"]!.GetValue<double>()).ToArray();
        Assert.Equal(alone, losses);
        Assert.Equal(weights, Weights(done));
    }

    [Fact, Trait("Category", "slow")]
    public async Task Fifty_kills_of_random_silos_leave_no_trace_in_the_weights()
    {
        const int Kills = 50, Steps = 1500; // a silo's start takes as long as some twenty steps
        var recipe = SceneRecipe.Of(Steps, accumulation: 2) with { ValidateEvery = 0, CheckpointEvery = 20 };
        await using var cluster = Cluster();
        await cluster.StartAsync(3);
        var job = cluster.Grains.GetGrain<ITrainingJobGrain>("acme/fifty");
        await job.CreateAsync(Spec(recipe, "fifty") with { MinTrainers = 3 });
        var random = new Random(5);
        for (var kill = 0; kill < Kills; kill++)
        {
            var before = await ReadAsync(job, DateTimeOffset.UtcNow + Bound);
            var at = await UntilAsync(job, info => info.Step > before.Step || info.HasEnded);
            Assert.False(at.HasEnded, $"the job ended after {kill} kills");
            var victim = cluster.Silos[random.Next(cluster.Silos.Count)];
            victim.KillNow();
            cluster.Drop(victim);
            await cluster.AddSiloAsync();
        }

        var done = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal((TrainingPhase.Completed, (long)Steps), (done.Phase, done.Step));
        var metrics = await job.ReadMetricsAsync(0, 2 * Steps);
        TestContext.Current.SendDiagnosticMessage($"repeats {done.Repeats}; steps by trainers: {string.Join(", ", metrics.CountBy(metric => metric.Values["trainers"]).Select(count => $"{count.Key}: {count.Value}"))}");
        Assert.Equal(Enumerable.Range(1, Steps), metrics.Where(metric => metric.Split == "train").Select(metric => (int)metric.Step));
        Assert.Equal(SceneRecipe.Train(recipe, _folder.File("alone")), Weights(done));
    }

    public void Dispose() => _folder.Dispose();

    private ChaosCluster Cluster() => new("none", _folder.File("run"), "--roles", "trainer");

    private TrainingJobSpec Spec(TrainingRecipe recipe, string name) => new(ConfigFile.ToText(recipe), _folder.Path, _folder.File(name));

    private static byte[] Weights(TrainingJobInfo done) => File.ReadAllBytes(Path.Combine(done.Model!, "model.safetensors"));

    private static void Kill(ChaosCluster cluster, SiloAddress silo) => cluster.Silos.Single(process => process.Port == silo.Endpoint.Port).KillNow();

    private static async Task<TrainingJobInfo> UntilAsync(ITrainingJobGrain job, Func<TrainingJobInfo, bool> holds)
    {
        var until = DateTimeOffset.UtcNow + Bound;
        TrainingJobInfo info;
        while (!holds(info = await ReadAsync(job, until)))
        {
            Assert.True(DateTimeOffset.UtcNow < until && (!info.HasEnded || info.Phase == TrainingPhase.Completed), $"after {Bound.TotalSeconds} s: {info}");
            await Task.Delay(20, Cancellation);
        }

        return info;
    }

    // The client's own connection to a silo that was killed fails too, until it has found another.
    private static async Task<TrainingJobInfo> ReadAsync(ITrainingJobGrain job, DateTimeOffset until)
    {
        while (true)
        {
            try
            {
                return await Patience.CallAsync(job.ReadAsync, Cancellation);
            }
            catch (OrleansException) when (DateTimeOffset.UtcNow < until)
            {
                await Task.Delay(200, Cancellation);
            }
        }
    }
}
