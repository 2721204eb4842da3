namespace MmiGrains.Model.Metrics;

/// <summary>One number of an evaluation, as tables and files show it.</summary>
/// <param name="Name">What it measures, as papers write it ("BLEU-4", "R@5").</param>
/// <param name="Value">The number.</param>
/// <param name="Low">Lower bound of its 95 % interval; null where there is none.</param>
/// <param name="High">Upper bound of its 95 % interval; null where there is none.</param>
public sealed record Measure(string Name, double Value, double? Low = null, double? High = null)
{
    /// <summary>A measure with its interval.</summary>
    public static Measure Of(string name, Interval interval) => new(name, interval.Value, interval.Low, interval.High);
}
