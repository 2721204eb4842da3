using System.Diagnostics;

namespace MmiGrains.Grains.Hosting;

/// <summary>How much of something is done a second, between two looks at its count. For one looker.</summary>
internal sealed class DoneRate
{
    private long _count;
    private long _time = Stopwatch.GetTimestamp();

    /// <summary>A second's share of what was done since the last look.</summary>
    public double Next(long count)
    {
        var (done, seconds) = (count - _count, Stopwatch.GetElapsedTime(_time).TotalSeconds);
        (_count, _time) = (count, Stopwatch.GetTimestamp());
        return seconds > 0 ? done / seconds : 0;
    }
}
