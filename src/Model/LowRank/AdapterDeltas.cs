using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.LowRank;

/// <summary>What a folder's adapters add to weights, a layer at a time: alpha / rank B A.</summary>
public sealed class AdapterDeltas : IDisposable
{
    private readonly SafetensorsFile _weights;
    private readonly double _scale;

    private AdapterDeltas(SafetensorsFile weights, double scale, IReadOnlyList<string> layers) => (_weights, _scale, Layers) = (weights, scale, layers);

    /// <summary>Names of the layers, in order.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>Opens and checks a folder's adapters.</summary>
    /// <exception cref="ConfigException">Their configuration is missing or of another kind.</exception>
    /// <exception cref="CheckpointMismatchException">A tensor is none of an adapter's, its other half is missing, or the rank is another.</exception>
    public static AdapterDeltas Open(string folder)
    {
        var path = Path.Combine(folder, AdapterFolder.ConfigName);
        var config = ConfigFile.ReadStrictly<AdapterConfig>(path, $"it belongs beside {AdapterFolder.WeightsName}");
        if (config.PeftType != AdapterConfig.Lora || config.R < 1 || !(config.LoraAlpha > 0) || !double.IsFinite(config.LoraAlpha))
        {
            throw new ConfigException($"'{path}' describes adapters of type '{config.PeftType}', r {config.R} and lora_alpha {config.LoraAlpha}; {AdapterConfig.Lora} and numbers above 0 are known.");
        }

        var weights = AdapterFolder.OpenWeights(folder);
        try
        {
            var layers = weights.Entries.Select(entry => Check(weights, entry, config.R)).Distinct().Order(StringComparer.Ordinal).ToArray();
            return new AdapterDeltas(weights, config.LoraAlpha / config.R, layers);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Refuses weights that these adapters were not trained on.</summary>
    /// <param name="weights">Names and shapes.</param>
    /// <param name="what">What to call them.</param>
    /// <exception cref="CheckpointMismatchException">A layer is missing, or has another shape.</exception>
    public void RequireFit(IEnumerable<(string Name, IReadOnlyList<long> Shape)> weights, string what)
    {
        var shapes = weights.ToDictionary(weight => weight.Name, weight => weight.Shape);
        foreach (var layer in Layers)
        {
            long[] shape = [Entry(AdapterFolder.NameOfB(layer)).Shape[0], Entry(AdapterFolder.NameOfA(layer)).Shape[1]];
            if (!shapes.TryGetValue(layer + ".weight", out var found) || !found.SequenceEqual(shape))
            {
                throw new CheckpointMismatchException(
                    $"'{_weights.Path}' adapts '{layer}' of [{string.Join(", ", shape)}]; {what} has {(found is null ? "no such layer" : $"[{string.Join(", ", found)}] there")}.");
            }
        }
    }

    /// <summary>What a layer's adapter adds: [outputs, inputs], in float32.</summary>
    public Tensor Read(string layer)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (a, b) = (_weights.Read(AdapterFolder.NameOfA(layer)), _weights.Read(AdapterFolder.NameOfB(layer)));
        return (b.to_type(ScalarType.Float32).mm(a.to_type(ScalarType.Float32)) * _scale).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    private TensorEntry Entry(string name) => _weights.Entries.First(entry => entry.Name == name);

    private static string Check(SafetensorsFile weights, TensorEntry entry, int rank)
    {
        var layer = AdapterFolder.LayerOf(entry.Name);
        if (layer is null || !weights.Contains(AdapterFolder.NameOfA(layer)) || !weights.Contains(AdapterFolder.NameOfB(layer)))
        {
            throw new CheckpointMismatchException($"'{weights.Path}', tensor '{entry.Name}': adapters are pairs of LAYER.lora_A.weight and LAYER.lora_B.weight.");
        }

        var of = entry.Name == AdapterFolder.NameOfA(layer) ? 0 : 1;
        return entry.Shape.Count == 2 && entry.Shape[of] == rank ? layer : throw new CheckpointMismatchException(
            $"'{weights.Path}', tensor '{entry.Name}': shape [{string.Join(", ", entry.Shape)}] is not of rank {rank}, as {AdapterFolder.ConfigName} says.");
    }
}
