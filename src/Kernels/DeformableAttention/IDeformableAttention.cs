using static TorchSharp.torch;

namespace MmiGrains.Kernels.DeformableAttention;

/// <summary>
/// Multi-scale deformable attention (Deformable DETR, arXiv 2010.04159, equation 3): every query takes a weighted sum of
/// bilinear samples,
/// <code>out[b, q, h] = sum over levels l and points p of weights[b, q, h, l, p] * sample(values[b, level l, h], locations[b, q, h, l, p])</code>
/// Pixel centres lie at half positions: a location (x, y) reads column x * width - 0.5 and row y * height - 0.5. What lies
/// outside a level is zero. Differentiable in values, locations and weights.
/// </summary>
public interface IDeformableAttention : IKernel
{
    /// <summary>Samples and sums.</summary>
    /// <param name="values">
    /// [batch, positions of all levels, heads, channels], in any type, which is also the result's; levels one after the other, each row by
    /// row.
    /// </param>
    /// <param name="levels">Shapes of the levels; their positions add up to those of <paramref name="values"/>.</param>
    /// <param name="locations">[batch, queries, heads, levels, points, 2] as (x, y), float32; 0 to 1 spans a level.</param>
    /// <param name="weights">[batch, queries, heads, levels, points].</param>
    /// <param name="visibility">
    /// [batch, queries, groups], where the levels are so many groups of equally many consecutive ones, such as images; a query takes
    /// nothing from a group where this is zero, and sends no gradient there. Without it everything is visible.
    /// </param>
    /// <returns>[batch, queries, heads * channels], head by head.</returns>
    /// <exception cref="ArgumentException">The shapes do not belong together.</exception>
    Tensor Attend(Tensor values, IReadOnlyList<LevelShape> levels, Tensor locations, Tensor weights, Tensor? visibility = null);
}
