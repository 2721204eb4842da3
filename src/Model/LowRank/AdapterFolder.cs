using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.LowRank;

/// <summary>Adapters on disk: <c>adapters.safetensors</c> and <c>adapter_config.json</c>, in a folder of their own or beside the weights they belong to.</summary>
public static class AdapterFolder
{
    /// <summary>Name of the weights.</summary>
    public const string WeightsName = "adapters.safetensors";

    /// <summary>Name of the configuration.</summary>
    public const string ConfigName = "adapter_config.json";

    private const string A = ".lora_A.weight", B = ".lora_B.weight";

    /// <summary>Whether a folder holds adapters.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, WeightsName));

    /// <summary>Writes both files.</summary>
    public static void Write(string folder, LoraAdapters adapters)
    {
        var config = adapters.Config;
        ConfigFile.Write(Path.Combine(folder, ConfigName), new AdapterConfig { R = config.Rank, LoraAlpha = config.Alpha, TargetModules = config.Targets });
        SafetensorsFile.Write(
            Path.Combine(folder, WeightsName), adapters.Parameters.Select(member => (member.Name, (Tensor)member.Parameter)), new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Copies both files, where a folder holds them.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var name in Exists(from) ? new[] { ConfigName, WeightsName } : [])
        {
            File.Copy(Path.Combine(from, name), Path.Combine(to, name));
        }
    }

    /// <summary>Adds a folder's adapters to a model's weights.</summary>
    /// <param name="model">The model, with the weights that the adapters were trained on.</param>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CheckpointMismatchException">The model has no such layer, or one of another shape; nothing is changed.</exception>
    public static void MergeInto(nn.Module model, string folder)
    {
        using var deltas = AdapterDeltas.Open(folder);
        var weights = model.state_dict();
        deltas.RequireFit(weights.Select(weight => (weight.Key, (IReadOnlyList<long>)weight.Value.shape)), "the model");
        using var quiet = no_grad();
        foreach (var layer in deltas.Layers)
        {
            using var scope = NewDisposeScope();
            var weight = weights[layer + ".weight"];
            weight.copy_(weight + deltas.Read(layer).to(weight.device));
        }
    }

    internal static string NameOfA(string layer) => layer + A;

    internal static string NameOfB(string layer) => layer + B;

    /// <summary>The layer that a tensor belongs to; null where its name is none of an adapter's.</summary>
    internal static string? LayerOf(string name) =>
        name.EndsWith(A, StringComparison.Ordinal) || name.EndsWith(B, StringComparison.Ordinal) ? name[..^A.Length] : null;

    internal static SafetensorsFile OpenWeights(string folder) => SafetensorsFile.Open(Path.Combine(folder, WeightsName));
}
