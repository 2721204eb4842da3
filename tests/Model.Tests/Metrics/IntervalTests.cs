using MmiGrains.Model.Metrics;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class IntervalTests
{
    // z = 1.96: centre (p + z²/2n) / (1 + z²/n), half z / (1 + z²/n) sqrt(p(1-p)/n + z²/4n²). For 8 of 10: 0.7167 ± 0.2266.
    [Theory]
    [InlineData(8, 10, 0.4901625, 0.9433178)]
    [InlineData(0, 10, 0, 0.2775328)]
    [InlineData(1, 1, 0.2065493, 1)]
    [InlineData(50, 100, 0.4038315, 0.5961685)]
    public void A_proportion_has_the_interval_of_Wilson(int successes, int trials, double low, double high)
    {
        var interval = Intervals.Proportion(successes, trials);
        Assert.Equal((double)successes / trials, interval.Value);
        Assert.Equal(low, interval.Low, 6);
        Assert.Equal(high, interval.High, 6);
    }

    [Fact]
    public void A_proportion_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Proportion(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Proportion(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Mean([]));
    }

    // The mean of 0 to 99 has the standard error sqrt((100² - 1) / 12 / 100) = 2.887.
    [Fact]
    public void The_bootstrap_of_a_mean_is_as_wide_as_its_standard_error_says()
    {
        var interval = Intervals.Mean([.. Enumerable.Range(0, 100).Select(i => (double)i)], resamples: 4000);
        Assert.Equal(49.5, interval.Value);
        Assert.InRange(interval.Low, 49.5 - (1.96 * 2.887 * 1.05), 49.5 - (1.96 * 2.887 * 0.95));
        Assert.InRange(interval.High, 49.5 + (1.96 * 2.887 * 0.95), 49.5 + (1.96 * 2.887 * 1.05));
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_does_not()
    {
        double[] scores = [0.1, 0.7, 0.4, 0.9, 0.2, 0.35];
        Assert.Equal(Intervals.Mean(scores, seed: 5), Intervals.Mean(scores, seed: 5));
        Assert.NotEqual(Intervals.Mean(scores, seed: 5), Intervals.Mean(scores, seed: 6));
    }

    [Fact]
    public void Equal_scores_leave_no_doubt() => Assert.Equal(new Interval(0.5, 0.5, 0.5), Intervals.Mean([0.5, 0.5, 0.5]));

    // Two samples are drawn as 00, 01, 10 or 11: the greater one is 1 three times in four, and each quantile is one of the two.
    [Fact]
    public void The_bootstrap_takes_any_statistic()
    {
        double[] scores = [0, 1];
        var greatest = 0;
        var interval = Intervals.Statistic(2, drawn =>
        {
            var value = Math.Max(scores[drawn[0]], scores[drawn[1]]);
            greatest += (int)value;
            return value;
        });
        Assert.Equal(new Interval(1, 0, 1), interval);
        Assert.InRange(greatest, 700, 800);
    }
}
