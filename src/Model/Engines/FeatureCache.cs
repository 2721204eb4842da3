namespace MmiGrains.Model.Engines;

/// <summary>
/// A silo's own copies of encoded images, under a budget of bytes. What is leased or being made stays, and may exceed the budget for that time, up
/// to a limit of its own; of the rest, the least recently used goes first. However many ask for one image, it is made once. For any thread.
/// </summary>
public sealed class FeatureCache : IDisposable
{
    private const long LeastLeased = 256L << 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, FeatureProduction> _productions = [];
    private readonly FeatureShelf _shelf;
    private readonly Action<string, ImageFeatures> _evicted;
    private bool _disposed;

    /// <param name="byteBudget">Bytes that it may hold.</param>
    /// <param name="evicted">Takes what must leave for the budget over, and disposes of it; null to free it. Called on any thread.</param>
    public FeatureCache(long byteBudget, Action<string, ImageFeatures>? evicted = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteBudget);
        LeasedLimit = Math.Max(byteBudget, LeastLeased);
        (ByteBudget, _shelf, _evicted) = (byteBudget, new FeatureShelf(byteBudget), evicted ?? ((_, features) => features.Dispose()));
    }

    /// <summary>Bytes that it may hold.</summary>
    public long ByteBudget { get; }

    /// <summary>Bytes that may be leased or being made before more is refused: the budget, and some for those who keep nothing.</summary>
    public long LeasedLimit { get; init; }

    /// <summary>Bytes that are leased, and those reserved for what is being made.</summary>
    public long LeasedBytes => _shelf.LeasedBytes;

    /// <summary>Bytes of the tensors that it holds, what was removed but is still leased included.</summary>
    public long ByteCount => _shelf.ByteCount;

    /// <summary>Images that it holds, what was removed but is still leased included.</summary>
    public int Count => _shelf.Count;

    /// <summary>What is there; null where it is not.</summary>
    public FeatureLease? Find(string key)
    {
        lock (_gate)
        {
            return Lease(key);
        }
    }

    /// <summary>What is there, or what <paramref name="produce"/> makes. Of several who ask at the same time one's is called, on a thread of the pool.</summary>
    /// <param name="key">Names the image and what encoded it.</param>
    /// <param name="byteCount">Bytes that they will take at most, reserved before anything is made.</param>
    /// <param name="produce">Makes the features, which the cache then owns; its token is cancelled when nobody waits any more. What it throws everyone gets, and the next asker tries anew.</param>
    /// <param name="cancellation">Ends the wait of this caller alone.</param>
    /// <exception cref="CapacityException">With them, what is leased would exceed <see cref="LeasedLimit"/>.</exception>
    /// <exception cref="ObjectDisposedException">The cache is disposed.</exception>
    public async Task<FeatureLease> GetOrAddAsync(
        string key, long byteCount, Func<CancellationToken, Task<ImageFeatures>> produce, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        FeatureProduction? production;
        List<FeatureEntry> evicted = [];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (Lease(key) is { } lease)
            {
                return lease;
            }

            if (_productions.TryGetValue(key, out production))
            {
                production.Waiting++;
            }
            else
            {
                _shelf.Reserve(byteCount, LeasedLimit);
                evicted = _shelf.Shrink();
                var begun = production = _productions[key] = new FeatureProduction(byteCount);
                _ = Task.Run(() => ProduceAsync(key, begun, produce), CancellationToken.None);
            }
        }

        HandOver(evicted);
        try
        {
            return new FeatureLease(this, await production.Done.WaitAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Leave(key, production);
            throw;
        }
    }

    /// <summary>Forgets an image; whoever reads it reads on.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string key)
    {
        bool wasThere;
        FeatureEntry? free;
        lock (_gate)
        {
            wasThere = _shelf.Remove(key, out free);
        }

        free?.Features.Dispose();
        return wasThere;
    }

    /// <summary>Frees everything: what is leased with its last lease, what is being made as soon as it is.</summary>
    public void Dispose()
    {
        List<FeatureEntry> free;
        FeatureProduction[] open;
        lock (_gate)
        {
            _disposed = true;
            free = _shelf.Clear();
            open = [.. _productions.Values];
            _productions.Clear();
        }

        foreach (var entry in free)
        {
            entry.Features.Dispose();
        }

        foreach (var production in open)
        {
            production.Abandoned.Cancel();
        }
    }

    internal void Release(FeatureEntry entry)
    {
        bool isFree;
        List<FeatureEntry> evicted;
        lock (_gate)
        {
            isFree = _shelf.Release(entry);
            evicted = _shelf.Shrink();
        }

        if (isFree)
        {
            entry.Features.Dispose();
        }

        HandOver(evicted);
    }

    private async Task ProduceAsync(string key, FeatureProduction production, Func<CancellationToken, Task<ImageFeatures>> produce)
    {
        ImageFeatures features;
        try
        {
            features = await produce(production.Abandoned.Token);
        }
        catch (Exception problem)
        {
            lock (_gate)
            {
                _shelf.Unreserve(production.ByteCount);
                Withdraw(key, production);
                problem = _disposed ? new ObjectDisposedException(nameof(FeatureCache)) : problem;
            }

            production.Fail(problem);
            return;
        }

        Add(key, production, features);
    }

    private void Add(string key, FeatureProduction production, ImageFeatures features)
    {
        List<FeatureEntry> evicted = [];
        lock (_gate)
        {
            _shelf.Unreserve(production.ByteCount);
            if (Withdraw(key, production))
            {
                var entry = _shelf.Add(key, features, production.Waiting);
                evicted = _shelf.Shrink();
                production.Finish(entry);
            }
        }

        if (production.Entry is null)
        {
            features.Dispose(); // everyone has gone
            production.Fail(new ObjectDisposedException(nameof(FeatureCache)));
        }

        HandOver(evicted);
    }

    private void Leave(string key, FeatureProduction production)
    {
        lock (_gate)
        {
            if (production.Entry is null)
            {
                if (--production.Waiting > 0)
                {
                    return;
                }

                Withdraw(key, production);
            }
        }

        if (production.Entry is { } entry)
        {
            Release(entry);
        }
        else
        {
            production.Abandoned.Cancel();
        }
    }

    private FeatureLease? Lease(string key) => _shelf.Lease(key) is { } entry ? new FeatureLease(this, entry) : null;

    private bool Withdraw(string key, FeatureProduction production) =>
        _productions.TryGetValue(key, out var current) && current == production && _productions.Remove(key);

    private void HandOver(List<FeatureEntry> evicted)
    {
        foreach (var entry in evicted)
        {
            _evicted(entry.Key, entry.Features);
        }
    }
}
