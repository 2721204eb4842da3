namespace MmiGrains.Model.Engines;

/// <summary>Features that are being made, once for all who wait. Its fields change under the cache's lock.</summary>
/// <param name="byteCount">Bytes that are reserved for them.</param>
internal sealed class FeatureProduction(long byteCount)
{
    private readonly TaskCompletionSource<FeatureEntry> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long ByteCount => byteCount;

    /// <summary>Who waits; each has a lease in advance.</summary>
    public int Waiting { get; set; } = 1;

    /// <summary>What came of it; null until then.</summary>
    public FeatureEntry? Entry { get; private set; }

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationTokenSource Abandoned { get; } = new();

    /// <summary>What came of it, for those who wait.</summary>
    public Task<FeatureEntry> Done => _done.Task;

    public void Finish(FeatureEntry entry)
    {
        Entry = entry;
        _done.SetResult(entry);
    }

    public void Fail(Exception problem)
    {
        _done.SetException(problem);
        _ = _done.Task.Exception; // seen, though nobody may wait any more
    }
}
