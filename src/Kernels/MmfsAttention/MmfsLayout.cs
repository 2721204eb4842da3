using MmiGrains.Kernels.DeformableAttention;
using MmiGrains.Kernels.DeformableAttention.Simd;

namespace MmiGrains.Kernels.MmfsAttention;

/// <summary>Sizes of one synchronizer's look, and how its images lie in memory.</summary>
public sealed class MmfsLayout
{
    private readonly float[] _perUnit;

    /// <param name="heads">Attention heads.</param>
    /// <param name="points">Sampling points per head and level.</param>
    /// <param name="channels">Channels of a head.</param>
    /// <param name="levels">Shapes of one image's levels.</param>
    /// <param name="baseSizes">For each level the side that it had when offsets were trained, over that of the base level: pixels of the level per unit of offset.</param>
    /// <param name="positionStride">Floats from one position's values to the next one's.</param>
    public MmfsLayout(int heads, int points, int channels, IReadOnlyList<LevelShape> levels, IReadOnlyList<float> baseSizes, int positionStride)
    {
        (Heads, Points, Channels, Levels) = (heads, points, channels, levels);
        _perUnit = [.. levels.SelectMany((level, l) => new[] { baseSizes[l] / level.Width, baseSizes[l] / level.Height })];
        var positions = levels.Sum(level => level.PositionCount);
        Table = new SampleTable(new AttentionShape(1, 1, heads, channels, levels.Count, points, positions, 1), levels, positionStride);
    }

    /// <summary>Attention heads.</summary>
    public int Heads { get; }

    /// <summary>Sampling points per head and level.</summary>
    public int Points { get; }

    /// <summary>Channels of a head.</summary>
    public int Channels { get; }

    /// <summary>Shapes of one image's levels.</summary>
    public IReadOnlyList<LevelShape> Levels { get; }

    /// <summary>Samples that a head takes of one image.</summary>
    public int Samples => Levels.Count * Points;

    /// <summary>Numbers of a projected query: offsets [heads, points, 2], then logits [heads, levels, points].</summary>
    public int QueryWidth => WidthOf(Heads, Points, Levels.Count);

    /// <summary>What an offset of one moves a sample by, 1 spanning the level: x and y for each level.</summary>
    public ReadOnlySpan<float> PerUnit => _perUnit;

    /// <summary>Where samples of each level find their corners.</summary>
    internal SampleTable Table { get; }

    /// <summary>Numbers of a projected query of such sizes.</summary>
    public static int WidthOf(int heads, int points, int levels) => heads * points * (2 + levels);
}
