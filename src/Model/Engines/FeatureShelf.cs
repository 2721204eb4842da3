namespace MmiGrains.Model.Engines;

/// <summary>
/// What a cache holds, and what must leave it for the budget: of what is not leased, the least recently used first. Called under the cache's lock, but for
/// its numbers, which may be read at any time. It frees nothing itself.
/// </summary>
/// <param name="byteBudget">Bytes that it may hold; what is leased or reserved may exceed them.</param>
internal sealed class FeatureShelf(long byteBudget)
{
    private readonly Dictionary<string, FeatureEntry> _entries = [];
    private readonly LinkedList<FeatureEntry> _idle = []; // least recently used first
    private long _byteCount;
    private long _idleBytes;
    private long _reserved; // for what is being made
    private int _count;

    public long ByteCount => Interlocked.Read(ref _byteCount);

    /// <summary>Bytes that are leased, and those reserved.</summary>
    public long LeasedBytes => ByteCount - Interlocked.Read(ref _idleBytes) + Interlocked.Read(ref _reserved);

    /// <summary>Images, what was removed but is still leased included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>An image, leased once more; null where it is not.</summary>
    public FeatureEntry? Lease(string key)
    {
        if (_entries.TryGetValue(key, out var entry) && entry.Leases++ == 0)
        {
            Unlist(entry);
        }

        return entry;
    }

    /// <summary>Takes a lease back.</summary>
    /// <returns>Whether it was the last of an image that leaves, which is then to be freed.</returns>
    public bool Release(FeatureEntry entry)
    {
        if (--entry.Leases > 0)
        {
            return false;
        }

        if (entry.IsLeaving)
        {
            Forget(entry);
            return true;
        }

        _idle.AddLast(entry.Place);
        _idleBytes += entry.ByteCount;
        return false;
    }

    /// <summary>Sets bytes aside for what is about to be made.</summary>
    /// <exception cref="CapacityException">With them, what is leased would exceed the limit.</exception>
    public void Reserve(long byteCount, long leasedLimit)
    {
        if (LeasedBytes + byteCount > leasedLimit)
        {
            throw byteCount > leasedLimit ? CapacityException.TooLarge("bytes of an image", byteCount, leasedLimit)
                : CapacityException.Full("bytes of images that are being read", LeasedBytes, byteCount, leasedLimit);
        }

        _reserved += byteCount;
    }

    public void Unreserve(long byteCount) => _reserved -= byteCount;

    /// <summary>Takes in what was made, leased by those who waited for it.</summary>
    public FeatureEntry Add(string key, ImageFeatures features, int leases)
    {
        var entry = new FeatureEntry(key, features, leases);
        _entries.Add(key, entry);
        _byteCount += entry.ByteCount;
        _count++;
        return entry;
    }

    /// <summary>Forgets an image; leased, it stays until its last lease is back.</summary>
    /// <param name="key">Names it.</param>
    /// <param name="free">What is to be freed now; null where it is leased, or was not there.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key, out FeatureEntry? free)
    {
        free = null;
        if (!_entries.Remove(key, out var entry))
        {
            return false;
        }

        entry.IsLeaving = true;
        if (entry.Leases == 0)
        {
            Forget(entry);
            free = entry;
        }

        return true;
    }

    /// <summary>Forgets all.</summary>
    /// <returns>What is to be freed now: all that is not leased.</returns>
    public List<FeatureEntry> Clear()
    {
        List<FeatureEntry> free = [];
        foreach (var key in _entries.Keys.ToList())
        {
            Remove(key, out var entry);
            free.AddRange(entry is null ? [] : [entry]);
        }

        return free;
    }

    /// <summary>Forgets what exceeds the budget; what is newest too, when it alone does.</summary>
    /// <returns>What it was.</returns>
    public List<FeatureEntry> Shrink()
    {
        List<FeatureEntry> evicted = [];
        while (_byteCount + _reserved > byteBudget && _idle.First is { Value: var oldest })
        {
            _entries.Remove(oldest.Key);
            Forget(oldest);
            evicted.Add(oldest);
        }

        return evicted;
    }

    private void Forget(FeatureEntry entry)
    {
        Unlist(entry);
        _byteCount -= entry.ByteCount;
        _count--;
    }

    private void Unlist(FeatureEntry entry)
    {
        if (entry.Place.List is not null)
        {
            _idle.Remove(entry.Place);
            _idleBytes -= entry.ByteCount;
        }
    }
}
