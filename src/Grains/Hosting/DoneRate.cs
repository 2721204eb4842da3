namespace MmiGrains.Grains.Hosting;

/// <summary>How much of something is done a second. For one looker.</summary>
/// <param name="time">The clock.</param>
/// <param name="memory">Older looks count less, after this time a third as much; zero for the last one alone.</param>
internal sealed class DoneRate(TimeProvider time, TimeSpan memory = default)
{
    private long _count;
    private long _looked = time.GetTimestamp();
    private double _rate;
    private double _weight; // of all looks so far: less than 1 while they are few

    /// <summary>A second's share of what has been done lately.</summary>
    /// <param name="count">What has been done since the start.</param>
    public double Next(long count)
    {
        var (done, seconds) = (count - _count, time.GetElapsedTime(_looked).TotalSeconds);
        if (seconds > 0)
        {
            var share = memory > TimeSpan.Zero ? 1 - Math.Exp(-seconds / memory.TotalSeconds) : 1;
            _rate += share * ((done / seconds) - _rate);
            _weight += share * (1 - _weight);
            (_count, _looked) = (count, time.GetTimestamp());
        }

        return _weight > 0 ? _rate / _weight : 0;
    }
}
