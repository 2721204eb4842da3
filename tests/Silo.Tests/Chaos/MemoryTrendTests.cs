using MmiGrains.Silo.Chaos;

namespace MmiGrains.Silo.Tests.Chaos;

/// <summary>A watch that finds no growth must have been able to.</summary>
public sealed class MemoryTrendTests
{
    private const long Start = 500L << 20;

    [Fact]
    public void A_steady_leak_is_found()
    {
        var trend = MemoryTrend.Of(Samples(seconds => Start * (1 + (0.04 * seconds / 600))));
        Assert.Equal(0.03 / 1.01, trend.Growth, 1e-3);
        Assert.Equal(6 * 0.04 / 1.01, trend.GrowthPerHour, 1e-3);
        Assert.False(Report(trend).IsFlat);
    }

    [Fact]
    public void Noise_around_one_level_is_flat()
    {
        var random = new Random(5);
        var trend = MemoryTrend.Of(Samples(_ => Start * (1 + (0.02 * (random.NextDouble() - 0.5)))));
        Assert.InRange(trend.Growth, -0.005, 0.005);
        Assert.True(Report(trend).IsFlat);
    }

    [Fact]
    public void What_fills_in_the_first_quarter_does_not_count() =>
        Assert.Equal(0, MemoryTrend.Of(Samples(seconds => Start * Math.Min(1, 0.2 + (seconds / 150)))).Growth, 1e-6);

    [Fact]
    public void Memory_that_shrinks_is_flat() => Assert.True(Report(MemoryTrend.Of(Samples(seconds => Start * (2 - (seconds / 600))))).IsFlat);

    [Fact]
    public void A_sample_of_this_process_is_what_the_kernel_says()
    {
        var sample = MemorySample.Take(Environment.ProcessId, TimeSpan.FromSeconds(1));
        Assert.InRange(sample.Resident, Environment.WorkingSet / 2, Environment.WorkingSet * 2);
        Assert.InRange(sample.Anonymous, 1 << 20, sample.Resident);
    }

    [Fact]
    public void Too_few_samples_are_refused() => Assert.Throws<ArgumentException>(() => MemoryTrend.Of([new MemorySample(0, 1, Start, Start), new MemorySample(5, 1, Start, Start)]));

    private static MemorySample[] Samples(Func<double, double> resident) =>
        [.. Enumerable.Range(0, 121).Select(i => new MemorySample(5 * i, 1, (long)resident(5 * i), 0))];

    private static SoakReport Report(MemoryTrend trend) => new(1, 1, 0, new Dictionary<int, MemoryTrend> { [1] = trend }, "");
}
