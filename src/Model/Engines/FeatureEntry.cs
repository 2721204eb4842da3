namespace MmiGrains.Model.Engines;

/// <summary>One image's features in a cache. Its fields change under the cache's lock.</summary>
internal sealed class FeatureEntry
{
    public FeatureEntry(string key, ImageFeatures features, int leases)
    {
        (Key, Features, ByteCount, Leases) = (key, features, features.ByteCount, leases);
        Place = new LinkedListNode<FeatureEntry>(this);
    }

    public string Key { get; }

    public ImageFeatures Features { get; }

    public long ByteCount { get; }

    /// <summary>Leases that are out.</summary>
    public int Leases { get; set; }

    /// <summary>Whether it is freed with its last lease: it was removed, or its cache is disposed.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>Where it stands among those that may be evicted.</summary>
    public LinkedListNode<FeatureEntry> Place { get; }
}
