namespace MmiGrains.Model.Mmfs.Looks;

/// <summary>What of one image was looked at.</summary>
/// <param name="Image">Its index among the images of the sequence, or of the painting, the oldest first.</param>
/// <param name="Share">Of everything that was looked at, what went to points inside it, those left out of the list included.</param>
/// <param name="Points">The heaviest points, the heaviest first; points that lie together are one.</param>
public sealed record SampledImage(int Image, float Share, IReadOnlyList<SampledPoint> Points);
