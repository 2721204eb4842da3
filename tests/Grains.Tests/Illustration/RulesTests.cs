using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;
using MmiGrains.Grains.Illustration;

namespace MmiGrains.Grains.Tests.Illustration;

/// <summary>What is decided without a cluster: what the model is told, which try is kept, and when a job ends.</summary>
public sealed class RulesTests
{
    private static readonly IllustrationPlan Plan = new()
    {
        Threshold = 0.5,
        Retries = 2,
        Figures = [new PlannedFigure { Id = "fig-1", After = 2, Shows = "Bo waits." }, new PlannedFigure { Id = "fig-2", After = 4, Shows = "Bo and Ada" }],
    };

    [Fact]
    public void The_text_since_the_last_picture_is_told_and_nothing_twice()
    {
        DocumentBlock[] blocks =
        [
            new(0, BlockKind.Heading, 1, "One"), new(1, BlockKind.Other, 0, "a table"), new(2, BlockKind.Prose, 0, "Bo is here. Bo waits."),
            new(3, BlockKind.Prose, 0, "Ada comes along the way."), new(4, BlockKind.Marker, 0, ""),
        ];
        Assert.Equal("One\nBo is here. Bo waits.", FigureText.Of(blocks, Plan.Figures, 0, 1000));
        Assert.Equal("Ada comes along the way.\nBo and Ada", FigureText.Of(blocks, Plan.Figures, 1, 1000));
        Assert.Equal("the way.\nBo and Ada", FigureText.Of(blocks, Plan.Figures, 1, 10));
        Assert.Equal("fig-1", FigureText.Of([], [new PlannedFigure { Id = "fig-1" }], 0, 1000));
    }

    [Theory]
    [InlineData(new[] { 0.6 }, 1)]
    [InlineData(new[] { 0.4 }, 0)]
    [InlineData(new[] { 0.4, 0.7 }, 2)]
    [InlineData(new[] { 0.4, 0.3 }, 0)]
    [InlineData(new[] { 0.3, 0.4, 0.2 }, 2)]
    public void Below_the_threshold_other_seeds_are_tried_and_the_best_is_kept(double[] scores, int kept)
    {
        var record = new DocumentRecord(new DocumentSpec("a.md", "", Plan));
        for (var i = 0; i < scores.Length; i++)
        {
            Assert.Equal(0, record.Figures[0].Kept);
            record = Painted(record, 0, i + 1, scores[i]);
        }

        Assert.Equal(kept, record.Figures[0].Kept);
        Assert.Equal(scores.Length, record.TryCount);
    }

    [Fact]
    public void What_is_wanted_anew_is_kept_whatever_it_is_like()
    {
        var record = Painted(new DocumentRecord(new DocumentSpec("a.md", "", Plan)), 0, 1, 0.9) with { Anew = new WantedAnew(0, 7) };
        record = Painted(record, 0, 2, -0.9);
        Assert.Equal((2, (WantedAnew?)null), (record.Figures[0].Kept, record.Anew));
    }

    [Fact]
    public void A_job_ends_with_its_documents()
    {
        var now = DateTimeOffset.UnixEpoch;
        var record = new JobRecord { Documents = [.. Enumerable.Range(0, 3).Select(i => new DocumentProgress($"{i}.md", JobState.Waiting, 0, 2, 0))] };
        record = JobChanges.Begun(record, parallel: 2);
        Assert.Equal([JobState.Running, JobState.Running, JobState.Waiting], record.Documents.Select(one => one.State));
        Assert.Same(record, JobChanges.Begun(record, parallel: 2));

        record = JobChanges.With(record, 0, new DocumentProgress("0.md", JobState.Failed, 1, 2, 4) { Problem = "No." });
        record = JobChanges.Begun(record, parallel: 2);
        Assert.Equal(JobState.Running, record.Documents[2].State);
        record = JobChanges.With(JobChanges.With(record, 1, new DocumentProgress("1.md", JobState.Completed, 2, 2, 2)), 2, new DocumentProgress("2.md", JobState.Completed, 2, 2, 2));
        record = JobChanges.Concluded(record, now);
        Assert.Equal((JobState.Failed, "0.md: No.", now), (record.State, record.Problem, record.Ended));

        record = JobChanges.Resumed(record, budget: 9);
        Assert.Equal((JobState.Running, 9, 1), (record.State, record.Budget, record.Generation));
        Assert.Equal([JobState.Running, JobState.Completed, JobState.Completed], record.Documents.Select(one => one.State));
        record = JobChanges.Concluded(JobChanges.With(record, 0, new DocumentProgress("0.md", JobState.Completed, 2, 2, 5)), now);
        Assert.Equal(JobState.Completed, record.State);
    }

    [Fact]
    public void Old_news_is_none()
    {
        var (ledger, waiting) = (new JobLedger(), new DocumentProgress("0.md", JobState.Waiting, 0, 2, 0));
        var record = JobChanges.Begun(new JobRecord { Documents = [waiting] }, parallel: 1);
        var running = waiting with { State = JobState.Running, Revision = 3 };
        Assert.True(ledger.Take(record, 0, running));
        Assert.False(ledger.Take(record, 0, running));
        Assert.False(ledger.Take(record, 0, running with { State = JobState.Paused, Revision = 2 }));
        Assert.True(ledger.Take(record, 0, running with { State = JobState.Paused, Revision = 4 }));

        // Its last picture ended after the job went on, and before the document heard of that.
        record = JobChanges.Resumed(JobChanges.With(record, 0, ledger.Now(record, 0)), budget: null);
        Assert.Equal(JobState.Running, ledger.Now(record, 0).State);
        Assert.False(ledger.Take(record, 0, running with { State = JobState.Paused, Done = 1, Revision = 5 }));
        Assert.True(ledger.Take(record, 0, running with { Done = 1, Revision = 6, Generation = 1 }));
    }

    [Fact]
    public void A_job_that_cannot_be_is_refused_by_field()
    {
        var good = new IllustrationSpec([new DocumentSpec("a.md", new string('0', 64), Plan)]);
        JobRules.Check(good, new JobOptions());
        Refuse("documents", good with { Documents = [] });
        Refuse("budget", good with { Budget = 0 });
        Refuse("name", good with { Documents = [good.Documents[0] with { Name = "../a.md" }] });
        Refuse("name", good with { Documents = [good.Documents[0] with { Name = "a.pdf" }] });
        Refuse("name", good with { Documents = [good.Documents[0], good.Documents[0]] });
        Refuse("webhook", good with { Webhook = "file:///etc/passwd" });
        Refuse("webhook", good with { Webhook = "http://localhost:9/" });
        JobRules.Check(good with { Webhook = "http://localhost:9/done" }, new JobOptions { WebhookHosts = ["localhost:9"] });
        Assert.Equal("webhook", Assert.Throws<InvalidJobException>(() => JobRules.Check(good with { Webhook = "http://localhost:9@10.0.0.1/" }, new JobOptions { WebhookHosts = ["localhost:9"] })).Field);

        static void Refuse(string field, IllustrationSpec spec) => Assert.Equal(field, Assert.Throws<InvalidJobException>(() => JobRules.Check(spec, new JobOptions())).Field);
    }

    private static DocumentRecord Painted(DocumentRecord record, int figure, int number, double score)
    {
        var open = new FigureTry(number, number, "s");
        var begun = record.With(figure, record.Figures[figure] with { Tries = [.. record.Figures[figure].Tries, open] });
        return FigureChoice.Take(begun, figure, open with { Image = new string('a', 64), Score = score });
    }
}
