using MmiGrains.Kernels.DeformableAttention;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Tensors;

/// <summary>Where deformable attention's queries stand: 0 to 1 spans an image, pixel centres at half positions.</summary>
public static class ReferencePoints
{
    /// <summary>The centres of every position of the levels, one level after the other, each row by row.</summary>
    /// <returns>[positions, 2] as (x, y), float32.</returns>
    public static Tensor PixelCentres(params IEnumerable<LevelShape> levels)
    {
        using var scope = NewDisposeScope();
        var points = levels.Select(level =>
        {
            var y = Centres(level.Height).unsqueeze(1).expand(level.Height, level.Width);
            var x = Centres(level.Width).unsqueeze(0).expand(level.Height, level.Width);
            return stack([x, y], -1).flatten(0, 1);
        });
        return cat(points.ToArray(), 0).MoveToOuterDisposeScope();
    }

    /// <summary>The image's centre, for each of so many queries.</summary>
    /// <returns>[queries, 2], float32.</returns>
    public static Tensor ImageCentre(long queries) => full([queries, 2], 0.5f);

    private static Tensor Centres(int count) => (arange(count, ScalarType.Float32) + 0.5f) / count;
}
