using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Contracts.Images;
using MmiGrains.Documents;
using MmiGrains.Documents.Planning;
using MmiGrains.Grains.Illustration;
using MmiGrains.Grains.Tests.Hosting;
using MmiGrains.Grains.Tests.Store;

namespace MmiGrains.Grains.Tests.Illustration;

/// <summary>Jobs on a whole silo with a tiny model.</summary>
public sealed class IllustrationTests(Stores stores)
{
    private const string Story = "# One\n\nBo is here.\n\n# Two\n\nAda comes.\n\n# Three\n\nBo leaves.\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_document_gets_its_pictures_in_one_conversation_and_the_same_again()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var first = await RunAsync(silo, "one", plan => plan);
        Assert.Equal((3, 3), (first.Progress.Done, first.Progress.Painted));
        Assert.All(first.Figures, figure => Assert.Equal(1, figure.Kept));
        Assert.Single(first.Figures.Select(figure => figure.KeptTry!.Session).Distinct());
        Assert.Equal(["fig-1+1", "fig-2+1", "fig-3+1"], first.Figures.Select(figure => figure.KeptTry!.Key));
        Assert.Equal([0, 1, 2], first.Figures.Select(figure => figure.KeptTry!.Parents.Count));
        Assert.Equal([null, true, true], first.Figures.Select(figure => figure.KeptTry!.Score is { } score ? score is > -1 and <= 1 : (bool?)null));
        Assert.Equal(["One\nBo is here.", "Two\nAda comes.", "Three\nBo leaves."], first.Figures.Select(figure => figure.KeptTry!.Prompt));
        Assert.NotNull(await silo.Grains.GetGrain<IImageGrain>(new ImageId("acme", first.Figures[2].KeptTry!.Image!).ToString()).DescribeAsync());

        var second = await RunAsync(silo, "two", plan => plan);
        Assert.Equal(first.Figures.Select(figure => figure.KeptTry!.Image), second.Figures.Select(figure => figure.KeptTry!.Image));
        Assert.Equal(["two", "one"], await silo.Services.GetRequiredService<JobIndex>().ListAsync("acme", 10));
    }

    [Fact]
    public async Task Below_the_threshold_other_seeds_are_tried()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var document = await RunAsync(silo, "strict", plan => plan with { Threshold = 1, Retries = 1 });
        Assert.Equal([1, 2, 2], document.Figures.Select(figure => figure.Tries.Count));
        Assert.All(document.Figures.Skip(1), figure =>
        {
            Assert.Equal(figure.Tries.Max(one => one.Score), figure.KeptTry!.Score);
            Assert.Equal(figure.Tries[0].Seed + 1, figure.Tries[1].Seed);
            Assert.NotEqual(figure.Tries[0].Image, figure.Tries[1].Image);
        });

        // Each sees the pictures that were kept, and no other.
        Assert.Equal([document.Figures[0].KeptTry!.Image!, document.Figures[1].KeptTry!.Image!], document.Figures[2].KeptTry!.Parents);
    }

    [Fact]
    public async Task A_spent_budget_stops_a_job_and_more_lets_it_go_on()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var job = await BeginAsync(silo, "poor", plan => plan, budget: 2);
        var stopped = await UntilAsync(job, JobState.Paused);
        Assert.Equal((2, 2, "The budget of 2 pictures is spent."), (stopped.Done, stopped.Painted, stopped.Problem));
        await job.ResumeAsync(3);
        Assert.Equal(3, (await UntilAsync(job, JobState.Completed)).Painted);
    }

    [Fact]
    public async Task One_picture_is_painted_again_and_the_others_stay()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var before = await RunAsync(silo, "again", plan => plan);
        var job = silo.Grains.GetGrain<IIllustrationJobGrain>("acme/again");
        await Assert.ThrowsAsync<InvalidJobException>(() => job.RepaintAsync(0, "fig-9", 5));
        await job.RepaintAsync(0, "fig-2", 5);
        await UntilAsync(job, JobState.Completed);
        var after = await job.GetDocumentAsync(0);
        Assert.Equal((2, 5), (after.Figures[1].Kept, after.Figures[1].KeptTry!.Seed));
        Assert.NotEqual(before.Figures[1].KeptTry!.Image, after.Figures[1].KeptTry!.Image);
        Assert.Equal([before.Figures[0].KeptTry!.Image!], after.Figures[1].KeptTry!.Parents);
        Assert.Equal([before.Figures[0].KeptTry!.Image, before.Figures[2].KeptTry!.Image], [after.Figures[0].KeptTry!.Image, after.Figures[2].KeptTry!.Image]);
    }

    [Fact]
    public async Task A_job_is_paused_cancelled_and_forgotten()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var job = await BeginAsync(silo, "stopped", plan => plan with { Steps = 300 });
        await job.PauseAsync();
        Assert.Equal(JobState.Paused, (await job.GetAsync()).State);
        await UntilAsync(job, status => status.Documents[0].State == JobState.Paused);
        await job.ResumeAsync(null);
        await UntilAsync(job, status => status.Documents[0].State == JobState.Running);
        Assert.Equal(JobState.Cancelled, (await job.CancelAsync()).State);
        await UntilAsync(job, status => status.Documents[0].State == JobState.Cancelled);
        await job.DeleteAsync();
        await Assert.ThrowsAsync<JobNotFoundException>(job.GetAsync);
        Assert.Empty(await silo.Services.GetRequiredService<JobIndex>().ListAsync("acme", 10));
        Assert.Empty(await silo.Services.GetRequiredService<JobIndex>().ListOpenAsync());
    }

    [Fact]
    public async Task A_job_that_knows_its_documents_wrongly_is_cancelled_all_the_same()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var job = await BeginAsync(silo, "wrong", plan => plan with { Steps = 300 });
        var running = await UntilAsync(job, status => status.Documents[0].State == JobState.Running);
        await job.ReportAsync(0, running.Documents[0] with { State = JobState.Paused, Revision = 0 }); // the job believes what is not so
        await job.CancelAsync();
        await UntilAsync(job, status => status.Documents[0].State == JobState.Cancelled);
        var document = await silo.Grains.GetGrain<IDocumentIllustratorGrain>("acme/wrong/0").ReadAsync();
        Assert.Equal(JobState.Cancelled, document!.Progress.State);
    }

    [Fact]
    public async Task News_that_come_late_change_nothing()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var job = await BeginAsync(silo, "late", plan => plan with { Steps = 300 });
        await job.PauseAsync();
        var paused = await UntilAsync(job, status => status.Documents[0].State == JobState.Paused);
        await job.ResumeAsync(null);
        await UntilAsync(job, status => status.Documents[0].State == JobState.Running);
        await job.ReportAsync(0, paused.Documents[0]);
        var late = await silo.Grains.GetGrain<IDocumentIllustratorGrain>("acme/late/0").PauseAsync(generation: 0);
        Assert.Equal(JobState.Running, late!.State);
        var status = await job.GetAsync();
        Assert.Equal((JobState.Running, JobState.Running), (status.State, status.Documents[0].State));
        await job.CancelAsync();
    }

    [Fact]
    public async Task A_job_that_is_paused_and_resumed_again_and_again_goes_on_to_its_end()
    {
        await using var silo = await MmiSilo.StartAsync(stores);
        var job = await BeginAsync(silo, "restless", plan => plan);
        for (var i = 0; i < 20; i++)
        {
            await job.PauseAsync();
            await job.ResumeAsync(null);
        }

        await UntilAsync(job, JobState.Completed);
    }

    private static async Task<IllustratedDocument> RunAsync(MmiSilo silo, string id, Func<IllustrationPlan, IllustrationPlan> change)
    {
        var job = await BeginAsync(silo, id, change);
        await UntilAsync(job, JobState.Completed);
        return await job.GetDocumentAsync(0);
    }

    private static async Task<IIllustrationJobGrain> BeginAsync(MmiSilo silo, string id, Func<IllustrationPlan, IllustrationPlan> change, int? budget = null)
    {
        var bytes = Encoding.UTF8.GetBytes(Story);
        var content = await silo.Services.GetRequiredService<DocumentStore>().PutAsync($"acme/{id}", bytes);
        var plan = Planner.Make("a.md", bytes, Document.Read("a.md", bytes), new PlanOptions()) with { Steps = 2, Threshold = -1 };
        var job = silo.Grains.GetGrain<IIllustrationJobGrain>($"acme/{id}");
        await job.StartAsync(new IllustrationSpec([new DocumentSpec("a.md", content, change(plan))]) { Budget = budget });
        return job;
    }

    private static Task<IllustrationStatus> UntilAsync(IIllustrationJobGrain job, JobState state) => UntilAsync(job, status => status.State == state);

    private static async Task<IllustrationStatus> UntilAsync(IIllustrationJobGrain job, Func<IllustrationStatus, bool> isSo)
    {
        var began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (var status = await job.GetAsync(); ; status = await job.WaitAsync(status.Version))
        {
            if (isSo(status))
            {
                return status;
            }

            Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began) < Patience && status.State != JobState.Failed, $"{status.State} {status.Problem}: {status.Done} of {status.Total}");
            Cancellation.ThrowIfCancellationRequested();
        }
    }
}
