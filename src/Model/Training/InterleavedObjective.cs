using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>Next tokens and the noise in images: the model's own loss.</summary>
/// <param name="model">The model.</param>
/// <param name="stage">What trains, and whether samples of a row see each other.</param>
public sealed class InterleavedObjective(MmInterleaved model, TrainingStage stage) : ITrainingObjective
{
    private readonly Collator _collator = new(model, stage.IsolateSamples);

    /// <summary>Whether a parameter of this name trains in a stage.</summary>
    public static bool Trains(TrainingStage stage, string parameter) => stage.Train switch
    {
        "pretraining" => !Freezing.IsFrozen(parameter),
        "all" => !Freezing.IsFixed(parameter),
        "lora" => false,
        _ => throw new ConfigException($"'train' is '{stage.Train}'; it may be pretraining, all or lora."),
    };

    /// <inheritdoc/>
    public bool Trains(string parameter) => Trains(stage, parameter);

    /// <inheritdoc/>
    public (Tensor Total, IReadOnlyList<(string Name, Tensor Value)> Parts) Loss(IReadOnlyList<PackedRow> rows, long seed)
    {
        // What is dropped while training draws from the global generator.
        manual_seed(seed);
        using var generator = new Generator((ulong)seed);
        using var recomputing = stage.RecomputeActivations ? Recomputation.Begin() : null;
        var losses = model.Loss(_collator.Collate(rows, generator));
        return (losses.Total, [("loss_txt", losses.Text), ("loss_img", losses.Image)]);
    }
}
