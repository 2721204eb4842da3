using System.Globalization;

namespace MmiGrains.Silo.Plotting;

/// <summary>Where numbers lie between two ends, and the round ones that are written beside them.</summary>
internal sealed class Axis
{
    private const double LogarithmicFrom = 20, LinearMargin = 0.05, LogarithmicMargin = 1.15;
    private const int WantedTicks = 5;

    private readonly double _low;
    private readonly double _high;

    private Axis(double low, double high, bool isLogarithmic, IReadOnlyList<double> ticks, Func<double, string> label) =>
        (_low, _high, IsLogarithmic, Ticks, Label) = (low, high, isLogarithmic, ticks, label);

    /// <summary>Whether equal factors are equally far apart.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Round numbers between the ends, lowest first.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>How a tick is written.</summary>
    public Func<double, string> Label { get; }

    /// <summary>For numbers of steps: from 0.</summary>
    public static Axis Steps(double most)
    {
        var high = Math.Max(1, most);
        var ticks = Multiples(0, high, Math.Max(1, RoundStep(high)));
        return new Axis(0, high, false, ticks, tick => tick.ToString("N0", CultureInfo.InvariantCulture));
    }

    /// <summary>For values: logarithmic where all are above 0 and the largest is many times the smallest.</summary>
    public static Axis Values(double least, double most)
    {
        if (least > 0 && most / least >= LogarithmicFrom)
        {
            var (bottom, top) = (least / LogarithmicMargin, most * LogarithmicMargin);
            return new Axis(Math.Log10(bottom), Math.Log10(top), true, Decades(bottom, top), Plain);
        }

        var room = most > least ? (most - least) * LinearMargin : Math.Max(Math.Abs(most) * LinearMargin, 1e-6);
        var (low, high) = (least >= 0 ? Math.Max(0, least - room) : least - room, most + room);
        var step = RoundStep(high - low);
        var decimals = Math.Max(0, (int)-Math.Floor(Math.Log10(step) + 1e-9));
        return new Axis(low, high, false, Multiples(low, high, step), tick => decimals > 6 ? Plain(tick) : tick.ToString("N" + decimals, CultureInfo.InvariantCulture));
    }

    /// <summary>0 at the low end, 1 at the high.</summary>
    public double Share(double value) => ((IsLogarithmic ? Math.Log10(value) : value) - _low) / (_high - _low);

    // 1, 2 or 5 times a power of ten, about a fifth of the range.
    private static double RoundStep(double range)
    {
        var rough = range / WantedTicks;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var digit = rough / power;
        return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
    }

    private static double[] Multiples(double low, double high, double step)
    {
        var (first, last) = ((long)Math.Ceiling((low / step) - 1e-9), (long)Math.Floor((high / step) + 1e-9));
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => (first + i) * step)];
    }

    // Powers of ten; where they are few, 2 and 5 times these too.
    private static double[] Decades(double low, double high)
    {
        int[][] choices = [[1], [1, 3], [1, 2, 5]];
        var powers = Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high / low)) + 2).ToArray();
        double[] Ticks(int[] digits) => [.. powers.SelectMany(power => digits.Select(digit => digit * Math.Pow(10, power))).Where(tick => tick >= low && tick <= high)];
        return choices.Select(Ticks).FirstOrDefault(ticks => ticks.Length >= WantedTicks - 1) ?? Ticks(choices[^1]);
    }

    private static string Plain(double tick) => tick.ToString(Math.Abs(tick) is >= 1e-4 and < 1e6 ? "0.######" : "0e+0", CultureInfo.InvariantCulture);
}
