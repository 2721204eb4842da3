using MmiGrains.Kernels.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs.Looks;

/// <summary>A batch's looks, for whoever is to be told of some of its rows.</summary>
internal static class LookRecording
{
    /// <summary>Tells the recorders.</summary>
    /// <param name="weights">How queries are projected.</param>
    /// <param name="query">[rows, queries, query width].</param>
    /// <param name="referencePoints">[rows or 1, queries, 1, 2].</param>
    /// <param name="images">The images.</param>
    /// <param name="order">[rows, queries, images], 0 where an image is hidden.</param>
    /// <param name="recorders">[rows].</param>
    public static void Record(
        MmfsQueryWeights weights, Tensor query, Tensor referencePoints, MmfsValues images, Tensor order, IReadOnlyList<LookRecorder?> recorders)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (queries, count) = ((int)query.shape[1], images.ImageCount);
        var layout = FusedMmfs.Layout(weights.Config, images);
        var table = TensorPointer.Span<float>(Host(weights.ProjectPositions()));
        var points = referencePoints.expand(query.shape[0], queries, 1, 2);
        for (var row = 0; row < recorders.Count; row++)
        {
            if (recorders[row] is not { } recorder)
            {
                continue;
            }

            var projected = TensorPointer.Span<float>(Host(weights.ProjectQueries(query[row])));
            var orders = TensorPointer.Span<long>(order[row].cpu().to_type(ScalarType.Int64).contiguous());
            var at = TensorPointer.Span<float>(Host(points[row]));
            var (first, end) = recorder.Place is { } place ? Nearest(place, at) : (0, queries);
            for (var q = first; q < end; q++)
            {
                var mine = orders.Slice(q * count, count).ToArray();
                recorder.Add(
                    layout, (at[2 * q], at[(2 * q) + 1]), projected.Slice(q * layout.QueryWidth, layout.QueryWidth), table,
                    [.. Enumerable.Range(0, count).Where(image => mine[image] > 0).Select(image => (image, (int)mine[image]))]);
            }
        }
    }

    private static Tensor Host(Tensor tensor) => tensor.cpu().to_type(ScalarType.Float32).contiguous();

    // The query that stands nearest to the place.
    private static (int First, int End) Nearest((float X, float Y) place, ReadOnlySpan<float> at)
    {
        var nearest = 0;
        for (var q = 1; q < at.Length / 2; q++)
        {
            nearest = Distance(place, at, q) < Distance(place, at, nearest) ? q : nearest;
        }

        return (nearest, nearest + 1);
    }

    private static float Distance((float X, float Y) place, ReadOnlySpan<float> at, int query)
    {
        var (x, y) = (at[2 * query] - place.X, at[(2 * query) + 1] - place.Y);
        return (x * x) + (y * y);
    }
}
