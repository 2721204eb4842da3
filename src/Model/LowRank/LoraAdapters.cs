using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tensors;
using MmiGrains.Model.Weights;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MmiGrains.Model.LowRank;

/// <summary>
/// The adapters of a model's layers while they train. The layers add them to what they compute; the model's weights and its state dictionary
/// know nothing of them. <see cref="Projection"/> layers can have one: every linear layer of the language model, its heads, and the attention
/// of the image decoder's UNet. Disposing them leaves the model as it was.
/// </summary>
public sealed class LoraAdapters : IDisposable
{
    private const int MostNamed = 3;

    private readonly IReadOnlyList<(string Layer, Projection Projection, LowRankAdapter Adapter)> _members;

    private LoraAdapters(LoraConfig config, IReadOnlyList<(string, Projection, LowRankAdapter)> members) => (Config, _members) = (config, members);

    /// <summary>Rank, scale, and which layers.</summary>
    public LoraConfig Config { get; }

    /// <summary>What trains, named as PEFT does: <c>LAYER.lora_A.weight</c> [rank, inputs] and <c>LAYER.lora_B.weight</c> [outputs, rank].</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters =>
    [
        .. _members.SelectMany(member => new[]
        {
            (AdapterFolder.NameOfA(member.Layer), member.Adapter.A), (AdapterFolder.NameOfB(member.Layer), member.Adapter.B),
        }),
    ];

    /// <summary>Gives every layer whose name contains one of the targets a fresh adapter, which changes nothing yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="config">Rank, scale, and which layers.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <exception cref="ConfigException">A target is in no layer's name.</exception>
    public static LoraAdapters Attach(nn.Module model, LoraConfig config, ulong seed)
    {
        (string Name, Projection Projection)[] layers = [.. model.named_modules().Where(child => child.module is Projection).Select(child => (child.name, (Projection)child.module))];
        foreach (var target in config.Targets)
        {
            if (!layers.Any(layer => layer.Name.Contains(target, StringComparison.Ordinal)))
            {
                throw new ConfigException(
                    $"lora.targets: '{target}' is in the name of none of the {layers.Length} layers that can have an adapter, such as {string.Join(", ", layers.Take(MostNamed).Select(layer => layer.Name))}.");
            }
        }

        using var generator = new Generator(seed);
        var members = new List<(string, Projection, LowRankAdapter)>();
        foreach (var (name, projection) in layers.Where(layer => config.Targets.Any(target => layer.Name.Contains(target, StringComparison.Ordinal))))
        {
            var adapter = new LowRankAdapter(projection.Weight, config.Rank, config.Alpha / config.Rank, generator);
            projection.Adapter = adapter;
            members.Add((name, projection, adapter));
        }

        return new LoraAdapters(config, members);
    }

    /// <summary>Fills the adapters with what a folder holds.</summary>
    /// <exception cref="CheckpointMismatchException">It holds adapters of other layers or another rank.</exception>
    public void Read(string folder)
    {
        using var weights = AdapterFolder.OpenWeights(folder);
        var names = weights.Entries.Select(entry => entry.Name).ToHashSet();
        if (!names.SetEquals(Parameters.Select(member => member.Name)))
        {
            throw new CheckpointMismatchException($"'{weights.Path}' holds {names.Count} tensors of adapters, and they are not those of the {_members.Count} layers that 'lora' names.");
        }

        using var quiet = no_grad();
        foreach (var (name, parameter) in Parameters)
        {
            using var value = weights.Read(name);
            if (!value.shape.SequenceEqual(parameter.shape))
            {
                throw new CheckpointMismatchException(
                    $"'{weights.Path}', tensor '{name}': shape [{string.Join(", ", value.shape)}] is not the recipe's [{string.Join(", ", parameter.shape)}].");
            }

            parameter.copy_(value);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, projection, adapter) in _members)
        {
            projection.Adapter = null;
            adapter.Dispose();
        }
    }
}
