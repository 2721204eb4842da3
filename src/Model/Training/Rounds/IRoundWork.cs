using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>What a stage's rounds compute. Leases of a round may be computed by anyone, in any order, again and again, with the same result.</summary>
internal interface IRoundWork : IDisposable
{
    /// <summary>Leases of a round.</summary>
    int LeaseCount { get; }

    /// <summary>Pieces that each lease contributes.</summary>
    int PieceCount { get; }

    /// <summary>Tensors beside the trainer's that a checkpoint holds.</summary>
    IReadOnlyDictionary<string, Tensor> More { get; }

    /// <summary>Where the next round's data begins.</summary>
    JsonNode? Position { get; }

    /// <summary>Computes a lease of the present round; weights and optimizer are as before.</summary>
    Contribution Contribute(int lease);

    /// <summary>Ends the round.</summary>
    /// <param name="sum">All contributions, added up in the order of the leases.</param>
    /// <param name="outcomes">What was told of them, in that order.</param>
    StepMetrics Apply(float[][] sum, IReadOnlyList<LeaseOutcome> outcomes);

    /// <summary>A reader of data at <see cref="Position"/>, for what measures on it.</summary>
    BatchLoader OpenData();
}
