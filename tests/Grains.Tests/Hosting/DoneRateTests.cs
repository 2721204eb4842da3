using Microsoft.Extensions.Time.Testing;
using MmiGrains.Grains.Hosting;

namespace MmiGrains.Grains.Tests.Hosting;

/// <summary>How much is done a second.</summary>
public sealed class DoneRateTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Without_memory_only_the_time_since_the_last_look_counts()
    {
        var rate = new DoneRate(_clock);
        Assert.Equal(0, rate.Next(5)); // no time has passed
        Assert.Equal(5, Look(rate, 1, 5));
        Assert.Equal(2.5, Look(rate, 2, 10));
        Assert.Equal(0, Look(rate, 1, 10));
    }

    [Fact]
    public void With_memory_a_steady_rate_is_told_from_the_first_look_and_a_late_burst_counts_for_its_share()
    {
        var rate = new DoneRate(_clock, TimeSpan.FromSeconds(30));
        for (var i = 1; i <= 90; i++)
        {
            Assert.Equal(3, Look(rate, 1, 3 * i), 9);
        }

        // After three memories' time of three a second, 30 in one second: a thirtieth of it, and what is left of the others.
        Assert.InRange(Look(rate, 1, (3 * 90) + 30), 3.8, 4);
    }

    [Fact]
    public void What_is_seldom_done_is_told_between_its_times_too()
    {
        var rate = new DoneRate(_clock, TimeSpan.FromSeconds(30));
        double[] told = [.. Enumerable.Range(1, 120).Select(i => Look(rate, 1, i / 10))]; // one in ten seconds
        Assert.All(told[60..], one => Assert.InRange(one, 0.08, 0.12));
    }

    private double Look(DoneRate rate, int seconds, long count)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        return rate.Next(count);
    }
}
