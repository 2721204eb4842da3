using Microsoft.Extensions.Time.Testing;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat;

namespace MmiGrains.Grains.Tests.Chat;

public sealed class SpanWaitTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task A_silent_worker_loses_its_span()
    {
        var wait = new SpanWait("w", _clock);
        var ended = wait.WaitAsync(Lease, TestContext.Current.CancellationToken);
        _clock.Advance(Lease);
        var problem = await Assert.ThrowsAsync<TimeoutException>(() => ended);
        Assert.Equal("The worker 'w' has been silent for 6 s.", problem.Message);
    }

    [Fact]
    public async Task A_worker_whose_silo_is_gone_loses_it_at_once()
    {
        var isGone = false;
        var wait = new SpanWait("w", _clock, () => isGone);
        var ended = wait.WaitAsync(Lease, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(ended.IsCompleted);
        isGone = true;
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("The silo of the worker 'w' is gone.", (await Assert.ThrowsAsync<TimeoutException>(() => ended)).Message);
    }

    [Fact]
    public async Task A_worker_that_is_heard_keeps_it()
    {
        var wait = new SpanWait("w", _clock);
        var ended = wait.WaitAsync(Lease, TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(Lease / 2);
            wait.Hear();
            Assert.False(ended.IsCompleted);
        }

        var last = new TokensReport(wait.Id, 0, [], [], "");
        wait.End(last);
        Assert.Same(last, await ended);
    }
}
