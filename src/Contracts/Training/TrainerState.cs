namespace MmiGrains.Contracts.Training;

/// <summary>What a trainer that joins must be told beside the numbers, which follow in pieces.</summary>
/// <param name="Config">The model's sizes, as JSON.</param>
/// <param name="Checkpoint">Where the run stands, as JSON.</param>
/// <param name="Tensors">Names of the tensors whose numbers follow, in order.</param>
/// <param name="Pieces">Pieces.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainerState")]
public sealed record TrainerState(
    [property: Id(0)] string Config, [property: Id(1)] string Checkpoint, [property: Id(2)] IReadOnlyList<string> Tensors, [property: Id(3)] int Pieces);
