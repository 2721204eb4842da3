namespace MmiGrains.Model.Training.Rounds;

/// <summary>What is told of a lease beside the numbers that are added up.</summary>
/// <param name="Losses">The total, <c>loss</c>, and its parts.</param>
/// <param name="Samples">Samples that it trained on.</param>
/// <param name="Position">Where the replica's data goes on; null where all trainers read the same data.</param>
public sealed record LeaseOutcome(IReadOnlyList<(string Name, double Value)> Losses, int Samples, string? Position);
