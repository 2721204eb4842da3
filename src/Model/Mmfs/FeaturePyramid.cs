using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>The multi-scale feature maps of a batch of images.</summary>
/// <param name="Levels">[images, channels, height, width] each, large to small.</param>
public sealed record FeaturePyramid(IReadOnlyList<Tensor> Levels)
{
    /// <summary>Height and width of each level.</summary>
    public IReadOnlyList<LevelShape> Shapes { get; } = [.. Levels.Select(level => new LevelShape((int)level.shape[2], (int)level.shape[3]))];

    /// <summary>Images in the batch.</summary>
    public long ImageCount => Levels[0].shape[0];

    /// <summary>The levels whose sides are listed, as the consumers choose theirs.</summary>
    public FeaturePyramid Select(IReadOnlyList<int> sides) => new([.. Levels.Where(level => sides.Contains((int)level.shape[3]))]);

    /// <summary>All levels as one run of positions: [images, positions, channels], level after level, each row by row.</summary>
    public Tensor Flatten() => cat(Levels.Select(level => level.flatten(2).transpose(1, 2)).ToArray(), 1);
}
