namespace MmiGrains.Model.Engines;

/// <summary>The right to read an image's features, which stay in their cache until it is given back.</summary>
public sealed class FeatureLease : IDisposable
{
    private readonly FeatureCache _cache;
    private FeatureEntry? _entry;

    internal FeatureLease(FeatureCache cache, FeatureEntry entry) => (_cache, _entry) = (cache, entry);

    /// <summary>The features; the cache's, not the holder's to dispose.</summary>
    /// <exception cref="ObjectDisposedException">The lease was given back.</exception>
    public ImageFeatures Features
    {
        get
        {
            var entry = Volatile.Read(ref _entry);
            ObjectDisposedException.ThrowIf(entry is null, this);
            return entry.Features;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _entry, null) is { } entry)
        {
            _cache.Release(entry);
        }
    }
}
