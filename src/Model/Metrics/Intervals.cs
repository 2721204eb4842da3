using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Metrics;

/// <summary>95 % confidence intervals: of proportions by Wilson's formula, of everything else by the bootstrap.</summary>
public static class Intervals
{
    /// <summary>Resamples of a bootstrap where nothing else is asked for.</summary>
    public const int DefaultResamples = 1000;

    private const double Quantile = 1.959963984540054; // of the normal distribution at 0.975
    private const double Tail = 0.025;

    /// <summary>A share of successes, with the score interval of Wilson (1927), which stays within 0 and 1 and is right for few trials too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no trial, or there are more successes than trials.</exception>
    public static Interval Proportion(int successes, int trials)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(trials);
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        var share = (double)successes / trials;
        var squared = Quantile * Quantile / trials;
        var centre = (share + (squared / 2)) / (1 + squared);
        var half = Quantile / (1 + squared) * Math.Sqrt(((share * (1 - share)) + (squared / 4)) / trials);
        return new Interval(share, successes == 0 ? 0 : centre - half, successes == trials ? 1 : centre + half);
    }

    /// <summary>The mean of one score per sample, with a percentile bootstrap over the samples.</summary>
    /// <param name="scores">At least one finite score.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">How often the samples are drawn anew.</param>
    public static Interval Mean(IReadOnlyList<double> scores, ulong seed = 0, int resamples = DefaultResamples) => Statistic(
        scores.Count,
        drawn =>
        {
            var sum = 0.0;
            foreach (var index in drawn)
            {
                sum += scores[index];
            }

            return sum / drawn.Length;
        },
        seed,
        resamples);

    /// <summary>
    /// Any number that is computed from a set of samples, with a percentile bootstrap: as many samples are drawn with repetition, the
    /// number is computed from them, and the interval lies between the 2.5 % and 97.5 % quantiles of the results.
    /// </summary>
    /// <param name="sampleCount">How many samples there are, at least one.</param>
    /// <param name="statistic">The number for samples with these indices.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="resamples">How often the samples are drawn anew.</param>
    public static Interval Statistic(
        int sampleCount, Func<ReadOnlySpan<int>, double> statistic, ulong seed = 0, int resamples = DefaultResamples)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sampleCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        int[] drawn = [.. Enumerable.Range(0, sampleCount)];
        var value = statistic(drawn);
        var random = new SeededRandom((long)seed);
        var results = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            for (var j = 0; j < sampleCount; j++)
            {
                drawn[j] = random.NextInt(sampleCount);
            }

            results[i] = statistic(drawn);
        }

        Array.Sort(results);
        return new Interval(value, At(results, Tail), At(results, 1 - Tail));
    }

    // Between two neighbours the quantile is interpolated.
    private static double At(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
