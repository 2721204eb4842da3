using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Weights;

/// <summary>Fills a model from a checkpoint, strictly: every entry is used, every parameter is filled, every shape fits.</summary>
public static class CheckpointLoader
{
    private const int MostNamed = 5;

    /// <summary>Fills <paramref name="model"/>. Values are converted to the type that the model's tensor has.</summary>
    /// <param name="model">Modules whose state dictionary has the checkpoint's names.</param>
    /// <param name="source">The checkpoint.</param>
    /// <exception cref="CheckpointMismatchException">
    /// An entry is left over, a tensor is missing, or a shape differs: nothing is filled. Or a tensor has numbers that are not finite: then half may be filled.
    /// </exception>
    public static void Load(nn.Module model, ITensorSource source)
    {
        var targets = model.state_dict();
        var plan = Plan(targets, source);
        using var quiet = no_grad();
        foreach (var (ours, theirs) in plan)
        {
            using var value = source.Read(theirs);
            RequireFinite(source, theirs, value);
            targets[ours].copy_(value);
        }
    }

    private static Dictionary<string, string> Plan(Dictionary<string, Tensor> targets, ITensorSource source)
    {
        var plan = new Dictionary<string, string>();
        var leftOver = new List<string>();
        foreach (var entry in source.Entries)
        {
            if (KeyMap.Ours(entry.Name) is not { } name)
            {
                continue;
            }

            if (!targets.TryGetValue(name, out var target))
            {
                leftOver.Add(entry.Name);
            }
            else if (!target.shape.SequenceEqual(entry.Shape))
            {
                throw new CheckpointMismatchException(
                    $"'{source.Path}', tensor '{entry.Name}': shape [{string.Join(", ", entry.Shape)}] does not fit the model's [{string.Join(", ", target.shape)}].");
            }
            else if (!plan.TryAdd(name, entry.Name))
            {
                throw new CheckpointMismatchException($"'{source.Path}': tensors '{plan[name]}' and '{entry.Name}' both fill '{name}'.");
            }
        }

        var missing = targets.Keys.Where(name => !plan.ContainsKey(name) && !KeyMap.IsComputed(name)).ToList();
        if (missing.Count + leftOver.Count > 0)
        {
            throw new CheckpointMismatchException($"'{source.Path}' does not fit the model: {Describe("missing", missing)}, {Describe("left over", leftOver)}.");
        }

        return plan;
    }

    internal static void RequireFinite(ITensorSource source, string name, Tensor value)
    {
        if (!value.is_floating_point())
        {
            return;
        }

        using var scope = NewDisposeScope();
        var finite = value.isfinite().sum().item<long>();
        if (finite < value.numel())
        {
            throw new CheckpointMismatchException($"'{source.Path}', tensor '{name}': {value.numel() - finite} of its {value.numel()} numbers are not finite.");
        }
    }

    private static string Describe(string what, List<string> names) => names.Count == 0
        ? $"nothing {what}"
        : $"{names.Count} {what} ({string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? ", ..." : "")})";
}
