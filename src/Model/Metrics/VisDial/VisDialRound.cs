namespace MmiGrains.Model.Metrics.VisDial;

/// <summary>One question of a dialog whose answer options were put in order.</summary>
/// <param name="Ranks">The rank of each option, 1 for the best: every number up to the count of options once.</param>
/// <param name="Relevance">How fitting people found each option, 0 to 1; null where nobody was asked.</param>
/// <param name="TargetIndex">The option that was said, from 0; null where it is not known.</param>
public sealed record VisDialRound(IReadOnlyList<int> Ranks, IReadOnlyList<double>? Relevance = null, int? TargetIndex = null);
