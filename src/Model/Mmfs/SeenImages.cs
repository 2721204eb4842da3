using MmiGrains.Kernels.MmfsAttention;

namespace MmiGrains.Model.Mmfs;

/// <summary>The images that a token sees in one layer.</summary>
/// <param name="Layout">How they lie in memory.</param>
/// <param name="Images">Those that are visible; none is not the same as not looking.</param>
public sealed record SeenImages(MmfsLayout Layout, IReadOnlyList<SeenImage> Images);
