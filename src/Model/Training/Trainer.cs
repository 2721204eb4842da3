using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training;

/// <summary>
/// Makes optimizer steps. Everything that is drawn depends on the seed and the step's number, never on what was drawn before: a run that
/// goes on from a checkpoint needs no generator's state.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainingStage _stage;
    private readonly ITrainingObjective _objective;
    private readonly ulong _seed;

    /// <param name="model">The model; its parameters are made to train or not as the stage says.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="seed">Seed of the whole run; the stage's name is mixed in.</param>
    /// <param name="adapters">The model's adapters, which train too; null for none.</param>
    public Trainer(MmInterleaved model, TrainingStage stage, ulong seed, LoraAdapters? adapters = null)
    {
        (_stage, _seed) = (stage, new SeededRandom((long)seed, stage.Name.Aggregate(7, (hash, letter) => unchecked((hash * 31) + letter))).NextBits());
        _objective = stage.Objective switch
        {
            "interleaved" => new InterleavedObjective(model, stage),
            "autoencoder" => new AutoencoderObjective(model, stage.Autoencoder),
            _ => throw new ConfigException($"Stage '{stage.Name}': 'objective' is '{stage.Objective}'; it may be interleaved or autoencoder."),
        };
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad = _objective.Trains(name);
            parameter.grad = null;
        }

        var groups = OptimizerRecipe.Groups(model, stage.Optimizer, adapters?.Parameters);
        Optimizer = new AdamW(groups, stage.Optimizer);
        Average = stage.AverageDecay > 0 ? new WeightAverage([.. groups.SelectMany(group => group.Members)], stage.AverageDecay) : null;
    }

    /// <summary>The optimizer.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The moving average of the trained weights; null for none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Steps made in this stage.</summary>
    public long StepCount => Optimizer.StepCount;

    /// <summary>One step on so many batches as the stage accumulates.</summary>
    /// <exception cref="NonFiniteLossException">The loss or the gradient is not a number; no weight has changed.</exception>
    public StepMetrics Step(IReadOnlyList<IReadOnlyList<PackedRow>> batches)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < batches.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (total, parts) = _objective.Loss(batches[i], DrawSeed(i));
            foreach (var (name, value) in parts.Append(("loss", total)))
            {
                values[name] = values.GetValueOrDefault(name) + (value.item<float>() / batches.Count);
            }

            if (!double.IsFinite(values["loss"]))
            {
                throw NotFinite("loss", values["loss"], batches);
            }

            // Of a batch without a trained image nothing may depend on what trains.
            if (total.requires_grad)
            {
                total.backward();
            }
        }

        var rate = LearningRateSchedule.At(_stage, StepCount);
        var norm = Optimizer.GradientNorm() / batches.Count;
        if (!double.IsFinite(norm))
        {
            throw NotFinite("gradient's norm", norm, batches);
        }

        Optimizer.Step(rate, 1.0 / batches.Count, norm);
        Average?.Update(StepCount);
        return new StepMetrics(values, norm, rate * _stage.Optimizer.Lr);
    }

    /// <summary>The loss without learning, with draws of its own that are the same each time.</summary>
    public IReadOnlyDictionary<string, double> Validate(IReadOnlyList<IReadOnlyList<PackedRow>> batches)
    {
        using var quiet = no_grad();
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        for (var i = 0; i < batches.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (total, parts) = _objective.Loss(batches[i], i);
            foreach (var (name, value) in parts.Append(("loss", total)))
            {
                values[name] = values.GetValueOrDefault(name) + (value.item<float>() / batches.Count);
            }
        }

        return values;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Optimizer.Dispose();
        Average?.Dispose();
    }

    private long DrawSeed(int batch) => (long)(new SeededRandom((long)_seed, StepCount, batch).NextBits() >> 1);

    private NonFiniteLossException NotFinite(string what, double value, IReadOnlyList<IReadOnlyList<PackedRow>> batches) =>
        new(_stage.Name, StepCount, what, value, [.. batches.SelectMany(rows => rows).SelectMany(row => row.Origins)]);
}
