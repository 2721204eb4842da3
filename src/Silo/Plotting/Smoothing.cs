namespace MmiGrains.Silo.Plotting;

/// <summary>A line through noise: an exponential moving average whose beginning is not drawn to zero.</summary>
internal static class Smoothing
{
    private const int FewPoints = 12, Windows = 30;

    /// <summary>Whether so many points are worth it.</summary>
    public static bool IsDue(int points) => points > FewPoints;

    /// <summary>Averages over about a thirtieth of the points.</summary>
    public static IReadOnlyList<MetricPoint> Apply(IReadOnlyList<MetricPoint> points)
    {
        var keep = 1 - (2 / (1 + Math.Max(3.0, (double)points.Count / Windows)));
        var (sum, weight) = (0.0, 0.0);
        var smooth = new List<MetricPoint>(points.Count);
        foreach (var point in points)
        {
            (sum, weight) = ((keep * sum) + point.Value, (keep * weight) + 1);
            smooth.Add(point with { Value = sum / weight });
        }

        return smooth;
    }
}
