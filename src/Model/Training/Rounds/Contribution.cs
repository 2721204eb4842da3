namespace MmiGrains.Model.Training.Rounds;

/// <summary>What one lease of a round has come to.</summary>
/// <param name="Pieces">What is added up over all leases.</param>
/// <param name="Outcome">What is told of it.</param>
public sealed record Contribution(float[][] Pieces, LeaseOutcome Outcome);
