using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data.Mixing;

/// <summary>Several streams as one, by weights.</summary>
public sealed class MixedStream : ISampleStream
{
    private readonly IReadOnlyList<(ISampleStream Stream, double Weight)> _parts;
    private readonly long _seed;
    private readonly bool _isFixed;
    private readonly double _totalWeight;
    private readonly long[] _counts;

    /// <summary>Mixes streams.</summary>
    /// <param name="parts">Streams, disposed with this, and their weights above zero.</param>
    /// <param name="seed">Decides which stream is drawn when.</param>
    /// <param name="isFixed">
    /// Whether counts keep to the weights at every moment, as near as whole samples can, instead of in the long run.
    /// </param>
    public MixedStream(IReadOnlyList<(ISampleStream Stream, double Weight)> parts, long seed, bool isFixed = false)
    {
        ArgumentOutOfRangeException.ThrowIfZero(parts.Count);
        foreach (var (_, weight) in parts)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(weight);
        }

        (_parts, _seed, _isFixed, _totalWeight) = (parts, seed, isFixed, parts.Sum(part => part.Weight));
        _counts = new long[parts.Count];
    }

    /// <summary>How many samples came from each stream.</summary>
    public IReadOnlyList<long> Counts => _counts;

    public DataSample Next()
    {
        var part = _isFixed ? MostWanting() : Draw();
        var sample = _parts[part].Stream.Next();
        _counts[part]++;
        return sample;
    }

    public JsonNode SavePosition() => new JsonObject
    {
        ["counts"] = new JsonArray([.. _counts.Select(count => JsonValue.Create(count))]),
        ["streams"] = new JsonArray([.. _parts.Select(part => part.Stream.SavePosition())]),
    };

    public void Restore(JsonNode position)
    {
        var (counts, streams) = (Read("counts"), Read("streams"));
        var restored = new long[_counts.Length];
        for (var i = 0; i < restored.Length; i++)
        {
            restored[i] = counts[i] is JsonValue value && value.TryGetValue<long>(out var count) && count >= 0 ? count
                : throw new DataException($"The saved position of a mixture has '{counts[i]?.ToJsonString() ?? "null"}' for a count.");
        }

        for (var i = 0; i < restored.Length; i++)
        {
            _parts[i].Stream.Restore(streams[i] ?? throw new DataException($"The saved position of a mixture lacks that of stream {i + 1}."));
        }

        restored.CopyTo(_counts, 0);

        JsonArray Read(string name) => position is JsonObject given && given[name] is JsonArray list && list.Count == _parts.Count ? list
            : throw new DataException($"The saved position is not one of a mixture of {_parts.Count} streams: '{name}' must list {_parts.Count}.");
    }

    public void Dispose()
    {
        foreach (var (stream, _) in _parts)
        {
            stream.Dispose();
        }
    }

    // The draw depends on how many samples there were, so that nothing else needs saving.
    private int Draw()
    {
        var left = new SeededRandom(_seed, _counts.Sum()).NextDouble() * _totalWeight;
        for (var i = 0; i < _parts.Count - 1; i++)
        {
            left -= _parts[i].Weight;
            if (left < 0)
            {
                return i;
            }
        }

        return _parts.Count - 1;
    }

    // The stream that is furthest behind its share of the samples, this one included.
    private int MostWanting()
    {
        var total = _counts.Sum() + 1;
        var (most, wanting) = (0, double.NegativeInfinity);
        for (var i = 0; i < _parts.Count; i++)
        {
            var behind = (_parts[i].Weight / _totalWeight * total) - _counts[i];
            (most, wanting) = behind > wanting ? (i, behind) : (most, wanting);
        }

        return most;
    }
}
