using System.Diagnostics;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>Measuring on a machine that others use too: sides take turns, and medians are compared.</summary>
internal static class Stopwatches
{
    /// <summary>Seconds that one call takes.</summary>
    public static double Once(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs the sides in turn and returns the median seconds of each. A first turn warms up and does not count.</summary>
    public static double[] InTurn(int rounds, params Action[] sides)
    {
        var times = sides.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var seconds = Once(sides[side]);
                if (round > 0)
                {
                    times[side].Add(seconds);
                }
            }
        }

        return [.. times.Select(Median)];
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
