using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.Memory;
using MmiGrains.Kernels.MmfsAttention;
using MmiGrains.Kernels.Threading;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>A synchronizer's look by the fused kernel: for inference, in float32 on the CPU.</summary>
internal static class FusedMmfs
{
    /// <summary>Whether the kernel takes such a look.</summary>
    public static bool Supports(Tensor query, Tensor referencePoints, Tensor values) =>
        !is_grad_enabled() && query.device_type == DeviceType.CPU && query.dtype == ScalarType.Float32 && values.dtype == ScalarType.Float32
        && referencePoints.shape[2] == 1 && referencePoints.shape[3] == 2;

    /// <summary>Looks, up to the layer that closes: [rows, queries, value width].</summary>
    /// <param name="weights">How queries are projected.</param>
    /// <param name="ignoreToken">[heads, channels].</param>
    /// <param name="query">[rows, queries, query width].</param>
    /// <param name="referencePoints">[rows or 1, queries, 1, 2].</param>
    /// <param name="images">The images.</param>
    /// <param name="order">[rows, queries, images], 0 where an image is hidden.</param>
    public static Tensor Attend(
        MmfsQueryWeights weights, Tensor ignoreToken, Tensor query, Tensor referencePoints, MmfsValues images, Tensor order)
    {
        using var scope = NewDisposeScope();
        var (rows, queries) = (query.shape[0], query.shape[1]);
        var layout = Layout(weights.Config, images);
        var projected = weights.ProjectQueries(query).contiguous();
        var table = weights.ProjectPositions().contiguous();
        var ignore = ignoreToken.contiguous();
        var output = empty(rows, queries, layout.Heads * layout.Channels);
        var points = referencePoints.to_type(ScalarType.Float32).expand(rows, queries, 1, 2).contiguous();
        MmfsAttentionKernel.Attend(
            ComputePool.Shared, layout, Queries(images, order, points), TensorPointer.Of<float>(projected), TensorPointer.Of<float>(table),
            TensorPointer.Of<float>(ignore), TensorPointer.Of<float>(output));
        GC.KeepAlive(images.Values);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>What the kernel must know of images.</summary>
    public static MmfsLayout Layout(MmfsConfig config, MmfsValues images)
    {
        var levels = images.ImageCount > 0 ? images.Levels : [.. config.Levels.Select(LevelShape.Square)];
        var stride = images.ImageCount > 0 ? (int)images.Values.stride(2) : config.ValueWidth / config.Heads;
        return new MmfsLayout(config.Heads, config.Points, config.ValueWidth / config.Heads, levels, BaseSizes(config), stride);
    }

    /// <summary>The images of one row that have an order.</summary>
    /// <param name="images">The images of all rows.</param>
    /// <param name="row">The row.</param>
    /// <param name="orders">For each image its order among the visible ones, 0 where it is hidden.</param>
    public static SeenImage[] Seen(MmfsValues images, int row, ReadOnlySpan<long> orders)
    {
        var seen = new List<SeenImage>();
        if (orders.Length > 0)
        {
            var (first, strides) = (TensorPointer.Of<float>(images.Values), images.Values.stride());
            for (var n = 0; n < orders.Length; n++)
            {
                if (orders[n] > 0)
                {
                    var address = first + (nint)(sizeof(float) * ((row * strides[0]) + (n * strides[1])));
                    seen.Add(new SeenImage(address, strides[3], (int)orders[n]));
                }
            }
        }

        return [.. seen];
    }

    private static MmfsQuery[] Queries(MmfsValues images, Tensor order, Tensor points)
    {
        var (rows, queries, count) = ((int)order.shape[0], (int)order.shape[1], (int)order.shape[2]);
        var orders = TensorPointer.Span<long>(order.to_type(ScalarType.Int64).contiguous());
        var xy = TensorPointer.Span<float>(points);
        var all = new MmfsQuery[rows * queries];
        for (var q = 0; q < all.Length; q++)
        {
            // Neighbours mostly see the same images, and then share the list.
            var mine = orders.Slice(q * count, count);
            var isAsBefore = q % queries > 0 && mine.SequenceEqual(orders.Slice((q - 1) * count, count));
            all[q] = new MmfsQuery(xy[2 * q], xy[(2 * q) + 1], isAsBefore ? all[q - 1].Images : Seen(images, q / queries, mine));
        }

        return all;
    }

    private static float[] BaseSizes(MmfsConfig config) => [.. config.Levels.Select(side => side / (float)config.BaseLevel)];
}
