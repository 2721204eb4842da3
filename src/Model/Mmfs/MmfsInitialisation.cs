using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MmiGrains.Model.Mmfs;

/// <summary>How a fresh synchronizer starts: heads look in different directions, points step outwards (Deformable DETR, A.4).</summary>
internal static class MmfsInitialisation
{
    public static void Apply(
        MmfsConfig config, Linear samplingOffsets, Linear queryProjection, Linear attentionWeights, Linear value, Linear output, Embedding relativePosition)
    {
        using var quiet = no_grad();
        init.zeros_(samplingOffsets.weight!);
        samplingOffsets.bias!.copy_(Directions(config));
        init.zeros_(attentionWeights.weight!);
        init.zeros_(attentionWeights.bias!);
        foreach (var projection in new[] { queryProjection, value, output })
        {
            init.xavier_uniform_(projection.weight!);
            init.zeros_(projection.bias!);
        }

        init.normal_(relativePosition.weight!, 0, 0.02);
    }

    // Head h looks along angle 2 pi h / heads, on the unit square; point p lies p + 1 steps out.
    private static Tensor Directions(MmfsConfig config)
    {
        using var scope = NewDisposeScope();
        var angles = arange(config.Heads, ScalarType.Float32, CPU) * (2 * Math.PI / config.Heads);
        var grid = stack([cos(angles), sin(angles)], -1);
        grid = grid / grid.abs().amax([-1], keepdim: true);
        var steps = (arange(config.Points, ScalarType.Float32, CPU) + 1).view(1, -1, 1) * config.OffsetInit / config.Points;
        return (grid.view(config.Heads, 1, 2) * steps).flatten().MoveToOuterDisposeScope();
    }
}
