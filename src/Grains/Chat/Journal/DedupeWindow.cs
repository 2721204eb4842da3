namespace MmiGrains.Grains.Chat.Journal;

/// <summary>The idempotency keys that are remembered: the latest so many, and none older than some age.</summary>
internal sealed class DedupeWindow
{
    private readonly Dictionary<string, DedupeEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _byAge = [];

    public int Count => _entries.Count;

    public DedupeEntry? Find(string key, long oldest) => _entries.TryGetValue(key, out var entry) && entry.AcceptedAt >= oldest ? entry : null;

    /// <summary>The keys to forget when one more comes. Changes nothing.</summary>
    public IReadOnlyList<string> Outdated(string newKey, long oldest, int limit)
    {
        var keys = new List<string>();
        if (_entries.ContainsKey(newKey))
        {
            keys.Add(newKey); // its time is over, else it would have been found
        }

        foreach (var key in _byAge.Values)
        {
            var isCrowded = Count - keys.Count >= limit;
            if (!isCrowded && _entries[key].AcceptedAt >= oldest)
            {
                break;
            }

            if (key != newKey)
            {
                keys.Add(key);
            }
        }

        return keys;
    }

    public void Remove(IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            if (_entries.Remove(key, out var entry))
            {
                _byAge.Remove(entry.Sequence);
            }
        }
    }

    /// <summary>False where the key, or the record it points to, is there already.</summary>
    public bool TryAdd(string key, DedupeEntry entry) => _byAge.TryAdd(entry.Sequence, key) && _entries.TryAdd(key, entry);
}
