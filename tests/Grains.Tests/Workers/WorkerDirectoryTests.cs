using Microsoft.Extensions.Time.Testing;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Serving;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Tests.Workers;

/// <summary>Whom the directory names.</summary>
public sealed class WorkerDirectoryTests
{
    private static readonly ImageId[] Images = [.. Enumerable.Range(0, 3).Select(i => new ImageId("acme", new string((char)('a' + i), 64)))];

    private readonly FakeTimeProvider _clock = new();
    private readonly WorkerDirectory _directory;

    public WorkerDirectoryTests() => _directory = new WorkerDirectory(_clock);

    [Fact]
    public void The_least_busy_is_named_and_then_the_one_with_more_memory()
    {
        Report("a", open: 2, slots: 4);
        Report("b", open: 3, slots: 8, freeShare: 0.5);
        Report("c", open: 3, slots: 8, freeShare: 0.9);
        Report("d", open: 0, slots: 1, role: WorkerRole.Diffusion);
        Assert.Equal("c", Choose());
        Assert.Equal("b", Choose()); // c has one more now
        Assert.Equal("d", Choose(role: WorkerRole.Diffusion));
        Assert.Null(Choose(role: WorkerRole.Trainer));
    }

    [Fact]
    public void Of_equally_busy_ones_the_nearest_is_named()
    {
        Report("s1/cpu", open: 1, slots: 20);
        Report("s2/cpu", open: 2, slots: 20);
        Report("s22/cpu", open: 3, slots: 20);
        Assert.Equal("s2/cpu", Choose(near: "s2"));
        Report("s2/cpu", open: 4, slots: 20);
        Assert.Equal("s1/cpu", Choose(near: "s2")); // too busy
        Assert.Equal("s1/cpu", Choose(near: "s3"));
    }

    [Fact]
    public void Requests_between_two_reports_are_counted_and_the_next_report_says_how_it_is()
    {
        Report("a", slots: 4);
        Report("b", slots: 4);
        Assert.Equal(["a", "b", "a", "b"], Enumerable.Range(0, 4).Select(_ => Choose()));
        Report("a", open: 4, slots: 4);
        Assert.Equal(["b", "b"], Enumerable.Range(0, 2).Select(_ => Choose()));
    }

    [Fact]
    public void A_session_returns_to_its_worker_even_if_that_is_busier()
    {
        Report("a");
        Report("b", freeShare: 0.5);
        Assert.Equal("a", Choose("s"));
        Report("a", open: 5, limit: 6);
        Assert.Equal("b", Choose());
        Assert.Equal("a", Choose("s"));
        Report("a", open: 6, limit: 6);
        Assert.Equal("b", Choose("s")); // full
        Report("a", limit: 6);
        Assert.Equal("b", Choose("s")); // and now it is warm there
    }

    [Fact]
    public void Images_draw_to_the_worker_that_has_most_of_them()
    {
        Report("a", limit: 99, slots: 9);
        Report("b", limit: 99, slots: 9);
        Assert.Equal("a", Choose(images: [Images[0]]));
        Assert.Equal("b", Choose(images: [Images[1], Images[2]]));
        Report("b", open: 8, limit: 99, slots: 9);
        Assert.Equal("b", Choose(images: Images));
        Assert.Equal("a", Choose(session: "new"));
    }

    [Fact]
    public void Those_to_avoid_those_that_leave_and_those_that_drain_are_not_named()
    {
        Report("a");
        Report("b", open: 1);
        Assert.Equal("a", Choose("s"));
        Assert.Equal("b", Choose("s", avoid: ["a"]));
        Assert.Null(Choose("s", avoid: ["a", "b"]));
        _directory.Leave("b");
        Assert.Equal("a", Choose("s"));
        Report("a", isDraining: true);
        Assert.Null(Choose("s"));
        Assert.Equal(["a"], _directory.List().Select(worker => worker.Key));
    }

    [Fact]
    public void A_worker_that_is_silent_is_gone_until_it_speaks()
    {
        Report("a");
        _clock.Advance(TimeSpan.FromSeconds(3));
        Report("b", open: 1);
        _clock.Advance(TimeSpan.FromSeconds(2.5));
        Assert.Equal("b", Choose());
        Assert.Single(_directory.List());
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(Choose());
        Report("a");
        Assert.Equal("a", Choose());
    }

    [Fact]
    public void When_all_are_full_that_is_said_and_passes()
    {
        Report("a", open: 3, limit: 4);
        Report("b", open: 4, limit: 4);
        Assert.Equal("a", Choose());
        var problem = Assert.Throws<CapacityExceededException>(() => Choose());
        Assert.True(problem.IsPassing);
        Assert.Equal("All 2 workers of the role 'Decoder' are full: 8 requests of at most 8.", problem.Message);
        Assert.Throws<CapacityExceededException>(() => Choose(avoid: ["a"]));
        Assert.Null(problem.RetryAfter);
    }

    [Theory]
    [InlineData(0.3, 0.1, 2.5)]
    [InlineData(0.001, 0, 60)]
    public void When_all_are_full_it_is_said_when_one_of_their_requests_ends_going_by_those_that_ended_lately(double a, double b, double seconds)
    {
        Report("a", open: 4, limit: 4, endRate: a);
        Report("b", open: 4, limit: 4, endRate: b);
        Report("c", open: 4, limit: 4, endRate: 9, role: WorkerRole.Diffusion);
        Assert.Equal(seconds, Assert.Throws<CapacityExceededException>(() => Choose()).RetryAfter!.Value.TotalSeconds, 6);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var map = new RecentMap<int, string>(3);
        for (var i = 0; i < 4; i++)
        {
            map.Set(i, $"{i}");
            _ = map.Find(1);
        }

        map.Set(1, "one");
        Assert.Equal((3, null, "one", null, "3"), (map.Count, map.Find(0), map.Find(1), map.Find(4), map.Find(3)));
    }

    [Fact]
    public void New_turns_go_to_the_current_model_and_others_to_their_own()
    {
        Report("old");
        Report("new", model: "m2");
        _directory.Plan = new ModelPlan(new ModelRef("m1", null), new ModelRef("m2", "folder"));
        Assert.Equal(["old", "old"], Enumerable.Range(0, 2).Select(_ => Choose())); // the other is only being loaded
        _directory.Plan = new ModelPlan(new ModelRef("m2", "folder"), null);
        Assert.Equal(["new", "new", "new"], Enumerable.Range(0, 3).Select(_ => Choose()));
        Assert.Equal("old", _directory.Choose(WorkerRole.Decoder, null, [], [], "m1")?.Key);
        Assert.Null(_directory.Choose(WorkerRole.Decoder, null, [], [], "m3"));
        Assert.Equal(["new"], _directory.List().Where(worker => worker.IsServing).Select(worker => worker.Key));
    }

    [Fact]
    public void Where_nobody_has_the_current_model_what_is_there_serves()
    {
        Report("old");
        Report("next", model: "m3");
        _directory.Plan = new ModelPlan(new ModelRef("m2", "lost"), new ModelRef("m3", "folder"));
        Assert.Equal("old", Choose());
        Report("new", model: "m2");
        Assert.Equal("new", Choose());
    }

    private void Report(string key, int open = 0, int slots = 4, int limit = 16, double freeShare = 1, bool isDraining = false, WorkerRole role = WorkerRole.Decoder, string model = "m1",
        double endRate = 0) =>
        _directory.Report(new WorkerInfo(key, role, model) { Open = open, Slots = slots, Limit = limit, FreeShare = freeShare, IsDraining = isDraining, EndRate = endRate });

    private string? Choose(string? session = null, IReadOnlyList<ImageId>? images = null, IReadOnlyList<string>? avoid = null, WorkerRole role = WorkerRole.Decoder, string? near = null) =>
        _directory.Choose(role, session, images ?? [], avoid ?? [], near: near)?.Key;
}
