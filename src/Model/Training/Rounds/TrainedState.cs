namespace MmiGrains.Model.Training.Rounds;

/// <summary>What a trainer that joins must be told: what is not the recipe's. The numbers follow in pieces.</summary>
/// <param name="Config">The model's sizes, as JSON.</param>
/// <param name="Checkpoint">Where the run stands, as JSON.</param>
/// <param name="Tensors">Names of the tensors whose numbers follow, in order.</param>
/// <param name="Pieces">Pieces.</param>
public sealed record TrainedState(string Config, string Checkpoint, IReadOnlyList<string> Tensors, int Pieces);
