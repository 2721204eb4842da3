namespace MmiGrains.Grains.Chat.Journal;

/// <summary>The idempotency keys that are remembered: the latest so many, and none older than some age.</summary>
internal sealed class DedupeWindow
{
    private readonly Dictionary<string, DedupeEntry> _entries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, string> _byAge = [];

    public int Count => _entries.Count;

    public DedupeEntry? Find(string key, long oldest) => _entries.TryGetValue(key, out var entry) && entry.AcceptedAt >= oldest ? entry : null;

    /// <summary>How many there are when one more comes and others are forgotten.</summary>
    public int CountAfter(string newKey, IReadOnlyList<string> forgotten) => Count - forgotten.Count + (_entries.ContainsKey(newKey) ? 0 : 1);

    /// <summary>The keys to forget when one more comes, the oldest first, without that one. Changes nothing.</summary>
    public IReadOnlyList<string> Outdated(string newKey, long oldest, int limit)
    {
        var keys = new List<string>();
        foreach (var key in _byAge.Values.Where(key => key != newKey))
        {
            if (CountAfter(newKey, keys) <= limit && _entries[key].AcceptedAt >= oldest)
            {
                break;
            }

            keys.Add(key);
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
