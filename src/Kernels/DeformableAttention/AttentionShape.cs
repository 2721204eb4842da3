using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention;

/// <summary>
/// The sizes of one call, checked against each other. A group is a run of consecutive levels that a query sees or does not see as one, such
/// as an image; without visibility all levels are one group.
/// </summary>
public sealed record AttentionShape(int Batch, int Queries, int Heads, int Channels, int Levels, int Points, int Positions, int Groups)
{
    /// <summary>Samples that a query takes from one group, for one head.</summary>
    public int SamplesPerGroup => Levels / Groups * Points;

    /// <summary>Reads the sizes off the arguments of <see cref="IDeformableAttention.Attend"/>.</summary>
    /// <exception cref="ArgumentException">The arguments do not belong together.</exception>
    public static AttentionShape Of(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility)
    {
        var (v, l, w) = (values.shape, locations.shape, weights.shape);
        Require(v.Length == 4, nameof(values), $"Values are [batch, positions, heads, channels], not {Text(v)}.");
        Require(
            l.Length == 6 && l[5] == 2, nameof(locations), $"Locations are [batch, queries, heads, levels, points, 2], not {Text(l)}.");
        Require(w.AsSpan().SequenceEqual(l.AsSpan(0, 5)), nameof(weights), $"Weights {Text(w)} do not belong to locations {Text(l)}.");
        Require(v[0] == l[0] && v[2] == l[2], nameof(locations), $"Locations {Text(l)} and values {Text(v)} differ in batch or heads.");
        Require(
            levels.Count == l[3] && levels.Count > 0, nameof(levels), $"{levels.Count} levels do not belong to locations {Text(l)}.");
        Require(
            levels.All(level => level is { Height: > 0, Width: > 0 }), nameof(levels), $"A level is empty: {string.Join(", ", levels)}.");

        var positions = levels.Sum(level => (long)level.Height * level.Width);
        Require(positions == v[1], nameof(levels), $"The levels hold {positions} positions, the values {v[1]}.");
        return new AttentionShape(
            (int)v[0], (int)l[1], (int)v[2], (int)v[3], levels.Count, (int)l[4], checked((int)positions), GroupsOf(visibility, l));
    }

    private static int GroupsOf(Tensor? visibility, long[] locations)
    {
        if (visibility is null)
        {
            return 1;
        }

        var shape = visibility.shape;
        Require(
            shape.Length == 3 && shape[0] == locations[0] && shape[1] == locations[1] && shape[2] > 0 && locations[3] % shape[2] == 0,
            nameof(visibility),
            $"Visibility {Text(shape)} is not [batch, queries, groups] for locations {Text(locations)}, its groups dividing the levels.");
        return (int)shape[2];
    }

    private static void Require(bool holds, string argument, string sentence)
    {
        if (!holds)
        {
            throw new ArgumentException(sentence, argument);
        }
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
