using MmiGrains.Kernels.DeformableAttention;
using static TorchSharp.torch;

namespace MmiGrains.Model.Mmfs;

/// <summary>What one synchronizer computes from the images alone, before any query is known.</summary>
/// <param name="Values">[rows, images, positions, heads, channels].</param>
/// <param name="Levels">Shapes of one image's levels.</param>
public sealed record MmfsValues(Tensor Values, IReadOnlyList<LevelShape> Levels) : IDisposable
{
    /// <summary>Images per row, padding included.</summary>
    public int ImageCount => (int)Values.shape[1];

    /// <summary>The same images for other rows, as beam search and guidance want them.</summary>
    public MmfsValues SelectRows(Tensor rows) => this with { Values = Values.index_select(0, rows) };

    /// <summary>These images, and newer ones after them.</summary>
    public MmfsValues Append(MmfsValues newer) => ImageCount == 0 ? newer with { Values = newer.Values.alias() } : this with { Values = cat([Values, newer.Values], 1) };

    /// <inheritdoc/>
    public void Dispose() => Values.Dispose();
}
