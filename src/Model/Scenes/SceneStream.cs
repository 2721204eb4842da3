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

    private readonly SceneMixture _mixture;
    private readonly SceneSplit _split;
    private readonly long _seed;
    private readonly long _first;
    private long _next;

    /// <exception cref="ArgumentOutOfRangeException">The seed is negative or above <see cref="SceneSamples.MaxSeed"/>.</exception>
    public SceneStream(SceneMixture mixture, SceneSplit split, long seed)
    {
        (_mixture, _split, _seed) = (mixture, split, seed);
        _first = SceneSamples.FirstIndex(seed);
    }

    public DataSample Next() => NextSample().Data;

    /// <summary>The next sample with its truth.</summary>
    public SceneSample NextSample()
    {
        var task = _mixture.Pick(new SceneRandom(_seed, _next));
        var sample = SceneSamples.Get(_split, task, _first + _next);
        _next = (_next + 1) % SceneSamples.PerSeed;
        return sample;
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
