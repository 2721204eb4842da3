namespace MmiGrains.Model.Mmfs.Looks;

/// <summary>What queries looked at, on average over layers, heads, tokens and steps. All shares together are 1.</summary>
/// <param name="Images">The images that were visible, the oldest first.</param>
/// <param name="Nothing">The share of the ignore token: what chose to look at no image.</param>
/// <param name="Outside">The share of points beyond an image's edge, where there is nothing to see.</param>
/// <param name="Levels">Sides of the levels, the finest first.</param>
public sealed record RecordedLook(IReadOnlyList<SampledImage> Images, float Nothing, float Outside, IReadOnlyList<int> Levels);
