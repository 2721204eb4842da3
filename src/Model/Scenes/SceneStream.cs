using System.Text.Json.Nodes;
using MmiGrains.Model.Data;

namespace MmiGrains.Model.Scenes;

/// <summary>
/// Samples of a mixture of tasks without end. The n-th one is that of its task at the seed's n-th index: seeds have no sample in
/// common, and none is repeated in the first four billion.
/// </summary>
public sealed class SceneStream : ISampleStream
{
    private const string NextKey = "next";
    private const int MostLeftOut = 10_000;

    private readonly SceneMixture _mixture;
    private readonly SceneSplit _split;
    private readonly long _seed;
    private readonly SceneLimits _limits;
    private readonly long _first;
    private long _next;

    /// <param name="mixture">Tasks and their shares.</param>
    /// <param name="split">Which records may come.</param>
    /// <param name="seed">Where to begin.</param>
    /// <param name="limits">What a sample may hold; without limits, anything.</param>
    /// <exception cref="ArgumentOutOfRangeException">The seed is negative or above <see cref="SceneSamples.MaxSeed"/>.</exception>
    public SceneStream(SceneMixture mixture, SceneSplit split, long seed, SceneLimits? limits = null)
    {
        (_mixture, _split, _seed, _limits) = (mixture, split, seed, limits ?? new SceneLimits());
        _first = SceneSamples.FirstIndex(seed);
    }

    public DataSample Next() => NextSample().Data;

    /// <summary>The next sample with its truth.</summary>
    public SceneSample NextSample()
    {
        for (var attempt = 0; attempt < MostLeftOut; attempt++)
        {
            var task = _mixture.Pick(new SceneRandom(_seed, _next));
            var sample = SceneSamples.Get(_split, task, _first + _next);
            _next = (_next + 1) % SceneSamples.PerSeed;
            if (_limits.Allow(sample))
            {
                return sample;
            }
        }

        throw new DataException($"Of {MostLeftOut} samples of this mixture none is within {_limits.Written()}.");
    }

    public JsonNode SavePosition() => new JsonObject { [NextKey] = _next };

    public void Restore(JsonNode position)
    {
        ArgumentNullException.ThrowIfNull(position);
        if (position is not JsonObject saved || saved[NextKey] is not JsonValue value || !value.TryGetValue(out long next)
            || next < 0 || next >= SceneSamples.PerSeed)
        {
            throw new DataException($"A position in scenes is {{\"{NextKey}\": 0 to {SceneSamples.PerSeed - 1}}}, not {position.ToJsonString()}.");
        }

        _next = next;
    }

    public void Dispose()
    {
    }
}
