using System.Text.Json.Serialization;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Training;

/// <summary>What <c>mmi train</c> reads: a model, its data, and the stages that train it. Paths are relative to the recipe's file.</summary>
public sealed record TrainingRecipe
{
    /// <summary>Name of a preset; not together with <see cref="Config"/> or <see cref="From"/>.</summary>
    public string? Model { get; init; }

    /// <summary>The model's sizes, written out.</summary>
    public MmInterleavedConfig? Config { get; init; }

    /// <summary>Folder of a trained model to go on from; null trains from nothing.</summary>
    public string? From { get; init; }

    /// <summary>Weights that a fresh model takes from a trained one; null for none.</summary>
    public GivenWeights? Given { get; init; }

    /// <summary>The tokenizer's file; null for the one in <see cref="From"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Seed of fresh weights, data and noise: the same recipe trains the same model.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads of tensor operations, so that sums are made in the same order on every machine; 0 for one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Batches of a step that are worked on at once (as many as a stage accumulates, at most), each by <see cref="Threads"/> threads on a copy
    /// of the model: small tensors leave threads that share them waiting, batches do not. Sums of gradients are the same in every run, and not
    /// those of another number.
    /// </summary>
    public int Workers { get; init; } = 1;

    /// <summary>Steps from one checkpoint to the next.</summary>
    public int CheckpointEvery { get; init; } = 500;

    /// <summary>Checkpoints that are kept, newest first.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Steps from one validation to the next; 0 for none.</summary>
    public int ValidateEvery { get; init; } = 500;

    /// <summary>Batches of a validation.</summary>
    public int ValidationBatches { get; init; } = 8;

    /// <summary>Steps from one line of metrics to the next: losses are means over them.</summary>
    public int LogEvery { get; init; } = 20;

    /// <summary>What is done, in order.</summary>
    public IReadOnlyList<TrainingStage> Stages { get; init; } = [];

    /// <summary>All stages' steps.</summary>
    [JsonIgnore]
    public long TotalSteps => Stages.Sum(stage => (long)stage.Steps);
}
