using MmiGrains.Model.Weights;
using MmiGrains.Silo.Inspection;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Conversion;

/// <summary>Which entry of which source fills each tensor of a model. Sources that come later fill what earlier ones lack.</summary>
internal sealed class ConversionPlan
{
    private const int MostNamed = 5;

    private ConversionPlan(IReadOnlyList<PlannedTensor> tensors, IReadOnlyList<string> missing, IReadOnlyList<string> leftOver, IReadOnlyList<int> used) =>
        (Tensors, Missing, LeftOver, Used) = (tensors, missing, leftOver, used);

    /// <summary>What will be written, in the model's order.</summary>
    public IReadOnlyList<PlannedTensor> Tensors { get; }

    /// <summary>Tensors of the model that no source has and that are not computed.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Entries that the model has no place for, by the sources' names.</summary>
    public IReadOnlyList<string> LeftOver { get; }

    /// <summary>For each source how many of its tensors are written.</summary>
    public IReadOnlyList<int> Used { get; }

    public long ByteCount => Tensors.Sum(tensor => tensor.ByteCount);

    /// <param name="outline">The model's tensors.</param>
    /// <param name="sources">Where to look, first to last.</param>
    /// <param name="type">Type of what is written, where it is floating point; null for the sources' own.</param>
    /// <exception cref="CheckpointMismatchException">Shapes differ, or two entries of one source fill the same tensor.</exception>
    public static ConversionPlan Make(IReadOnlyList<TensorInfo> outline, IReadOnlyList<NamedSource> sources, ScalarType? type)
    {
        var model = outline.ToDictionary(tensor => tensor.Name);
        var plan = new Dictionary<string, PlannedTensor>();
        var leftOver = new List<string>();
        foreach (var source in sources)
        {
            foreach (var entry in source.Tensors.Entries)
            {
                if (KeyMap.Ours(source.Prefix + entry.Name) is not { } name)
                {
                    continue;
                }

                if (!model.TryGetValue(name, out var target))
                {
                    leftOver.Add(source.Prefix + entry.Name);
                    continue;
                }

                RequireShape(source, entry, target);
                var element = type is { } wanted && is_floating_point(entry.Type) ? wanted : entry.Type;
                if (!plan.TryAdd(name, new PlannedTensor(name, entry.Shape, element, source.Tensors, entry.Name)) && plan[name].Source == source.Tensors)
                {
                    throw new CheckpointMismatchException($"'{source.Tensors.Path}': tensors '{plan[name].SourceName}' and '{entry.Name}' both fill '{name}'.");
                }
            }
        }

        return new ConversionPlan(
            [.. outline.Where(tensor => plan.ContainsKey(tensor.Name)).Select(tensor => plan[tensor.Name])],
            [.. outline.Select(tensor => tensor.Name).Where(name => !plan.ContainsKey(name) && !KeyMap.IsComputed(name))],
            leftOver,
            [.. sources.Select(source => plan.Values.Count(tensor => tensor.Source == source.Tensors))]);
    }

    /// <summary>Refuses a plan that does not fill the model, or that leaves entries over.</summary>
    /// <exception cref="CheckpointMismatchException">Names both.</exception>
    public void RequireComplete(string sources)
    {
        if (Missing.Count + LeftOver.Count > 0)
        {
            throw new CheckpointMismatchException(
                $"{sources} does not fit the model: {Describe("missing", Missing)}, {Describe("left over", LeftOver)}; with --partial it is converted all the same.");
        }
    }

    private static void RequireShape(NamedSource source, TensorEntry entry, TensorInfo target)
    {
        if (!entry.Shape.SequenceEqual(target.Shape))
        {
            throw new CheckpointMismatchException(
                $"'{source.Tensors.Path}', tensor '{entry.Name}': shape [{string.Join(", ", entry.Shape)}] does not fit the model's [{string.Join(", ", target.Shape)}].");
        }
    }

    private static string Describe(string what, IReadOnlyList<string> names) => names.Count == 0
        ? $"nothing {what}"
        : $"{names.Count} {what} ({string.Join(", ", names.Take(MostNamed))}{(names.Count > MostNamed ? ", ..." : "")})";
}
