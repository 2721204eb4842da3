namespace MmiGrains.Contracts.Training;

/// <summary>What is told of a range beside the numbers that are added up.</summary>
/// <param name="LossNames">Names of losses, in order.</param>
/// <param name="Losses">Their values.</param>
/// <param name="Samples">Samples in it.</param>
/// <param name="Position">Where a replica's data goes on; null where all trainers read the same data.</param>
[GenerateSerializer, Immutable, Alias("mmi.LeaseReport")]
public sealed record LeaseReport(
    [property: Id(0)] IReadOnlyList<string> LossNames, [property: Id(1)] IReadOnlyList<double> Losses, [property: Id(2)] int Samples, [property: Id(3)] string? Position);
