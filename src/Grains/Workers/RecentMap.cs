namespace MmiGrains.Grains.Workers;

/// <summary>Remembers the last so many keys that were set or read.</summary>
/// <typeparam name="TKey">Names.</typeparam>
/// <typeparam name="TValue">What is remembered.</typeparam>
/// <param name="capacity">Keys.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _places = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _order = []; // least recent first

    public int Count => _places.Count;

    public TValue? Find(TKey key)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            return null;
        }

        _order.Remove(place);
        _order.AddLast(place);
        return place.Value.Value;
    }

    public void Set(TKey key, TValue value)
    {
        if (_places.Remove(key, out var old))
        {
            _order.Remove(old);
        }

        _places[key] = _order.AddLast((key, value));
        if (_places.Count > capacity)
        {
            _places.Remove(_order.First!.Value.Key);
            _order.RemoveFirst();
        }
    }
}
