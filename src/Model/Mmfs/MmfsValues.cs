using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>What one synchronizer computes from the images alone, before any query is known.</summary>
/// <param name="Values">[rows, images, positions, heads, channels]; in memory a head's positions may lie together.</param>
/// <param name="Levels">Shapes of one image's levels.</param>
public sealed record MmfsValues(Tensor Values, IReadOnlyList<LevelShape> Levels) : IDisposable
{
    /// <summary>Images per row, padding included.</summary>
    public int ImageCount => (int)Values.shape[1];

    private Tensor HeadsFirst => Values.transpose(2, 3);

    /// <summary>
    /// The same, with a head's positions together in memory: rows of all heads side by side alias in the cache, and every token or
    /// denoising step would pay for it.
    /// </summary>
    public MmfsValues HeadByHead() => this with { Values = HeadsFirst.contiguous().transpose(2, 3) };

    /// <summary>The same images for other rows, as beam search and guidance want them.</summary>
    public MmfsValues SelectRows(Tensor rows) => this with { Values = HeadsFirst.index_select(0, rows).transpose(2, 3) };

    /// <summary>These images, and newer ones after them.</summary>
    public MmfsValues Append(MmfsValues newer) => ImageCount == 0
        ? newer with { Values = newer.Values.alias() }
        : this with { Values = cat([HeadsFirst, newer.HeadsFirst], 1).transpose(2, 3) };

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();
}
