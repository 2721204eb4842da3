using System.Diagnostics;

namespace MmiGrains.Silo.Benchmarks;

/// <summary>Measuring on a machine that others use too: sides take turns, and medians are compared.</summary>
internal static class Stopwatches
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    /// <summary>Seconds that one call takes.</summary>
    public static double Once(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Runs the sides in turn and returns the median seconds of each, once they have warmed up.</summary>
    public static double[] InTurn(int rounds, params Action[] sides) => InTurn(WarmUp, rounds, sides);

    /// <summary>The same with a warm-up of at least one turn and so long, in which the runtime compiles anew what it finds busy.</summary>
    public static double[] InTurn(TimeSpan warmUp, int rounds, params Action[] sides)
    {
        var start = Stopwatch.GetTimestamp();
        do
        {
            Array.ForEach(sides, side => side());
        }
        while (Stopwatch.GetElapsedTime(start) < warmUp);

        var times = new List<double[]>();
        for (var round = 0; round < rounds; round++)
        {
            times.Add([.. sides.Select(Once)]);
        }

        return [.. Enumerable.Range(0, sides.Length).Select(side => Median(times.Select(turn => turn[side])))];
    }

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> numbers)
    {
        var sorted = numbers.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
