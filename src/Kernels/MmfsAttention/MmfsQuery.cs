namespace MmiGrains.Kernels.MmfsAttention;

/// <summary>Where a query stands, 0 to 1 spanning an image, and what it sees. Queries that see the same share the list.</summary>
/// <param name="X">Its column.</param>
/// <param name="Y">Its row.</param>
/// <param name="Images">The visible images; hidden ones are left out and cost nothing.</param>
public readonly record struct MmfsQuery(float X, float Y, IReadOnlyList<SeenImage> Images);
