using MmiGrains.Model.Data;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>What a stage minimises.</summary>
public interface ITrainingObjective
{
    /// <summary>Whether a parameter of this name trains.</summary>
    bool Trains(string parameter);

    /// <summary>The loss of one batch. The same rows and seed always have the same loss.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="seed">Seed of everything that is drawn.</param>
    /// <returns>The total, to go backward from, and the parts by name, for the log.</returns>
    (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed);
}
