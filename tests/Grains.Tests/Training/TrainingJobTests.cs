using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Tests.Hosting;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;

namespace MmiGrains.Grains.Tests.Training;

/// <summary>Training jobs of a silo with one trainer, in a real Redis.</summary>
public sealed class TrainingJobTests(Stores stores) : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_was_paused_in_the_middle_ends_with_the_weights_of_an_undisturbed_run_and_a_point_for_every_step()
    {
        var recipe = SceneRecipe.Of(steps: 10);
        await using var silo = await StartAsync();
        var job = silo.Grains.GetGrain<ITrainingJobGrain>("acme/one");
        await job.CreateAsync(Spec(recipe, "one"));
        await UntilAsync(job, info => info.Step >= 3);
        await job.PauseAsync();
        var paused = await UntilAsync(job, info => info.Phase == TrainingPhase.Paused);
        Assert.InRange(paused.Step, 3, 9);
        Assert.Empty(paused.Trainers);
        await job.ResumeAsync();
        var done = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal((TrainingPhase.Completed, 10L, null), (done.Phase, done.Step, done.Message));
        Assert.Equal(SceneRecipe.Train(recipe, _folder.File("alone")), File.ReadAllBytes(Path.Combine(done.Model!, "model.safetensors")));

        var metrics = await job.ReadMetricsAsync(0, 100);
        Assert.Equal(Enumerable.Range(1, 10), metrics.Where(metric => metric.Split == "train").Select(metric => (int)metric.Step));
        Assert.Equal([3L, 6, 9], metrics.Where(metric => metric.Split == "validation").Select(metric => metric.Step));
        Assert.Equal(recipe.KeepCheckpoints, done.Checkpoints.Count);
        Assert.All(done.Checkpoints, checkpoint => WeightManifest.Verify(checkpoint.Folder));
        Assert.All(done.Checkpoints, checkpoint => Assert.Equal(CheckpointFolder.HashOf(checkpoint.Folder), checkpoint.Hash));
    }

    [Fact]
    public async Task A_tenants_jobs_wait_for_each_other_and_a_cancelled_one_makes_way()
    {
        await using var silo = await StartAsync();
        var (first, second) = (silo.Grains.GetGrain<ITrainingJobGrain>("acme/first"), silo.Grains.GetGrain<ITrainingJobGrain>("acme/second"));
        await first.CreateAsync(Spec(SceneRecipe.Of(steps: 100_000), "first"));
        await UntilAsync(first, info => info.Step >= 1);
        await second.CreateAsync(Spec(SceneRecipe.Of(steps: 2), "second"));
        var waiting = await UntilAsync(second, info => info.Message is not null);
        Assert.Equal((TrainingPhase.Queued, "Waiting for the tenant's earlier jobs."), (waiting.Phase, waiting.Message));
        await first.CancelAsync();
        Assert.Equal(TrainingPhase.Cancelled, (await UntilAsync(first, info => info.HasEnded)).Phase);
        Assert.Equal(TrainingPhase.Completed, (await UntilAsync(second, info => info.HasEnded)).Phase);
    }

    [Fact]
    public async Task A_stage_ends_early_when_its_validation_no_longer_falls()
    {
        // At so small a rate every validation is above the first or below it by nothing that counts for long.
        var recipe = SceneRecipe.Of(steps: 100_000);
        recipe = recipe with { ValidateEvery = 1, Stages = [recipe.Stages[0] with { AverageDecay = 0, Optimizer = new() { Lr = 0.3, OverridesFirstMatch = [] } }] };
        await using var silo = await StartAsync();
        var job = silo.Grains.GetGrain<ITrainingJobGrain>("acme/early");
        await job.CreateAsync(Spec(recipe, "early") with { StopMetric = "loss", StopPatience = 2 });
        var done = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal(TrainingPhase.Completed, done.Phase);
        var losses = (await job.ReadMetricsAsync(0, 10_000)).Where(metric => metric.Split == "validation").Select(metric => metric.Values["loss"]).ToArray();
        Assert.All(losses[^2..], loss => Assert.True(loss >= losses[..^2].Min()));
        Assert.Equal(losses.Length, done.Step);
    }

    [Fact]
    public async Task A_job_that_cannot_be_is_refused_and_one_that_cannot_go_on_says_why()
    {
        await using var silo = await StartAsync();
        var job = silo.Grains.GetGrain<ITrainingJobGrain>("acme/bad");
        var refused = await Assert.ThrowsAsync<InvalidTrainingJobException>(() => job.CreateAsync(Spec(SceneRecipe.Of(steps: 0), "bad")));
        Assert.Equal("stage 'all': steps is 0; it must be at least 1.", refused.Message);
        await Assert.ThrowsAsync<TrainingJobNotFoundException>(job.ReadAsync);
        await job.CreateAsync(Spec(SceneRecipe.Of(steps: 2) with { Tokenizer = "nowhere.model" }, "bad"));
        var failed = await UntilAsync(job, info => info.HasEnded);
        Assert.Equal(TrainingPhase.Failed, failed.Phase);
        Assert.Contains("nowhere.model", failed.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task<MmiSilo> StartAsync() => MmiSilo.StartAsync(stores, device => device with { Roles = WorkerRole.Trainer });

    private TrainingJobSpec Spec(TrainingRecipe recipe, string name) => new(ConfigFile.ToText(recipe), _folder.Path, _folder.File(name));

    private static async Task<TrainingJobInfo> UntilAsync(ITrainingJobGrain job, Func<TrainingJobInfo, bool> holds)
    {
        var until = DateTimeOffset.UtcNow + Bound;
        TrainingJobInfo info;
        while (!holds(info = await job.ReadAsync()))
        {
            Assert.True(DateTimeOffset.UtcNow < until, $"after {Bound.TotalSeconds} s: {info}");
            await Task.Delay(20, Token);
        }

        return info;
    }
}
