using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace MmiGrains.Kernels.DeformableAttention;

/// <summary>The definition, in tensor operations: one bilinear grid sample per level, weighted and summed.</summary>
public sealed class ComposedDeformableAttention : IDeformableAttention
{
    /// <inheritdoc/>
    public string Name => "composed";

    /// <inheritdoc/>
    public bool Supports(DeviceType device, ScalarType type) => true;

    /// <inheritdoc/>
    public Tensor Attend(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility = null)
    {
        var shape = AttentionShape.Of(values, levels, locations, weights, visibility);
        var (batch, heads, channels, queries) = (shape.Batch, shape.Heads, shape.Channels, shape.Queries);
        if (visibility is not null)
        {
            var visible = visibility.ne(0).repeat_interleave(shape.Levels / shape.Groups, 2); // [batch, queries, levels]
            weights = where(visible.unsqueeze(2).unsqueeze(4), weights, zeros_like(weights));
        }

        // Half precision cannot hold a coordinate: samples are taken and summed in float32.
        var type = values.dtype;
        var wide = type == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;
        (values, locations, weights) = (values.to_type(wide), locations.to_type(wide), weights.to_type(wide));

        // grid_sample's own coordinates run from -1 to 1 with align_corners off, which is the same convention.
        var grids = (2 * locations - 1).transpose(1, 2).flatten(0, 1); // [batch * heads, queries, levels, points, 2]
        var shares = weights.transpose(1, 2).flatten(0, 1).unsqueeze(1); // [batch * heads, 1, queries, levels, points]
        var maps = values.permute(0, 2, 3, 1).flatten(0, 1); // [batch * heads, channels, positions]

        Tensor? sum = null;
        var start = 0L;
        for (var l = 0; l < levels.Count; l++)
        {
            var map = maps.narrow(2, start, levels[l].PositionCount).reshape(-1, channels, levels[l].Height, levels[l].Width);
            var samples = grid_sample(map, grids.select(2, l), GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
            var level = (samples * shares.select(3, l)).sum(-1); // [batch * heads, channels, queries]
            sum = sum is null ? level : sum + level;
            start += levels[l].PositionCount;
        }

        return sum!.reshape(batch, heads * channels, queries).transpose(1, 2).to_type(type);
    }
}
