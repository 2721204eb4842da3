namespace MmiGrains.Silo.Chaos;

/// <summary>A line through samples of memory, by least squares; the first quarter, in which caches fill, is left out.</summary>
/// <param name="Start">Bytes at the line's beginning.</param>
/// <param name="BytesPerSecond">Its slope.</param>
/// <param name="Seconds">The time that it covers.</param>
internal sealed record MemoryTrend(double Start, double BytesPerSecond, double Seconds)
{
    /// <summary>Growth over the line's time, as a share of its start.</summary>
    public double Growth => BytesPerSecond * Seconds / Start;

    /// <summary>Growth in an hour, as a share of the start.</summary>
    public double GrowthPerHour => BytesPerSecond * 3600 / Start;

    /// <summary>The line through one process's samples.</summary>
    /// <exception cref="ArgumentException">There are fewer than three after the first quarter.</exception>
    public static MemoryTrend Of(IReadOnlyList<MemorySample> samples)
    {
        var last = samples.Count == 0 ? 0 : samples[^1].Seconds;
        var kept = samples.Where(sample => sample.Seconds >= last / 4).ToArray();
        if (kept.Length < 3)
        {
            throw new ArgumentException($"A trend needs three samples after the first quarter; there are {kept.Length}.");
        }

        var (meanTime, meanBytes) = (kept.Average(sample => sample.Seconds), kept.Average(sample => (double)sample.Resident));
        var slope = kept.Sum(sample => (sample.Seconds - meanTime) * (sample.Resident - meanBytes)) / kept.Sum(sample => Math.Pow(sample.Seconds - meanTime, 2));
        return new MemoryTrend(meanBytes + (slope * (kept[0].Seconds - meanTime)), slope, last - kept[0].Seconds);
    }
}
