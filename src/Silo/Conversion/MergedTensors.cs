using MmiGrains.Model.LowRank;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Conversion;

/// <summary>A model's weights with adapters added: each sum is made in float32 when it is asked for, and rounded to the weight's type.</summary>
internal sealed class MergedTensors : ITensorSource
{
    private readonly ITensorSource _weights;
    private readonly AdapterDeltas _deltas;
    private readonly Dictionary<string, string> _layers;

    /// <exception cref="CheckpointMismatchException">The adapters do not fit the weights.</exception>
    public MergedTensors(ITensorSource weights, AdapterDeltas deltas)
    {
        (_weights, _deltas) = (weights, deltas);
        deltas.RequireFit(weights.Entries.Select(entry => (KeyMap.Ours(entry.Name) ?? "", entry.Shape)).DistinctBy(entry => entry.Item1), $"'{weights.Path}'");
        _layers = deltas.Layers.ToDictionary(layer => layer + ".weight");
    }

    public string Path => _weights.Path;

    public IReadOnlyList<TensorEntry> Entries => _weights.Entries;

    public IReadOnlyDictionary<string, string> Metadata => _weights.Metadata;

    public bool Contains(string name) => _weights.Contains(name);

    public Tensor Read(string name)
    {
        var weight = _weights.Read(name);
        if (KeyMap.Ours(name) is not { } ours || !_layers.TryGetValue(ours, out var layer))
        {
            return weight;
        }

        using (weight)
        using (var delta = _deltas.Read(layer))
        using (var wide = weight.to_type(ScalarType.Float32))
        using (var sum = wide + delta)
        {
            return sum.to_type(weight.dtype, copy: true);
        }
    }

    public void Dispose()
    {
        // Weights and adapters belong to whoever opened them.
    }
}
