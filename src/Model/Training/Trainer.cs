using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using TorchSharp;
using TorchSharp.Modules;
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
    private readonly (ITrainingObjective Objective, Replica? Copy)[] _workers;
    private readonly ulong _seed;

    /// <param name="model">The model; its parameters are made to train or not as the stage says.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="seed">Seed of the whole run; the stage's name is mixed in.</param>
    /// <param name="adapters">The model's adapters, which train too; null for none.</param>
    /// <param name="workers">Batches of a step that are worked on at once, each on a copy of the model.</param>
    public Trainer(MmInterleaved model, TrainingStage stage, ulong seed, LoraAdapters? adapters = null, int workers = 1)
    {
        (_stage, _seed) = (stage, new SeededRandom((long)seed, stage.Name.Aggregate(7, (hash, letter) => unchecked((hash * 31) + letter))).NextBits());
        _objective = TrainingObjectives.Create(model, stage);
        foreach (var (name, parameter) in model.named_parameters())
        {
            parameter.requires_grad = _objective.Trains(name) && OptimizerRecipe.Rate(name, stage.Optimizer) > 0;
            parameter.grad = null;
        }

        var groups = OptimizerRecipe.Groups(model, stage.Optimizer, adapters?.Parameters);
        Optimizer = new AdamW(groups, stage.Optimizer);
        Trained = [.. groups.SelectMany(group => group.Members)];
        _workers = [.. Enumerable.Range(0, int.Min(workers, stage.Accumulation)).Select(worker =>
        {
            var copy = worker == 0 && stage.Precision == TrainingStage.Float32 ? null : new Replica(model, stage, adapters);
            return (copy?.Objective ?? _objective, copy);
        })];
        Average = stage.AverageDecay > 0 ? new WeightAverage(Trained, stage.AverageDecay) : null;
    }

    /// <summary>The optimizer.</summary>
    public AdamW Optimizer { get; }

    /// <summary>What trains, in the optimizer's order.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Trained { get; }

    /// <summary>The moving average of the trained weights; null for none.</summary>
    public WeightAverage? Average { get; }

    /// <summary>Steps made in this stage.</summary>
    public long StepCount => Optimizer.StepCount;

    /// <summary>One step on so many batches as the stage accumulates.</summary>
    /// <param name="batches">The batches.</param>
    /// <param name="first">Number of the first batch among those of the step; what is drawn for a batch depends on its number.</param>
    /// <exception cref="NonFiniteLossException">The loss or the gradient is not a number; no weight has changed.</exception>
    public StepMetrics Step(IReadOnlyList<IReadOnlyList<PackedRow>> batches, int first = 0) => Update(Gradients(batches, first), batches);

    /// <summary>Adds the gradient of one batch to what the optimizer will take, on the calling thread alone.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="index">Its number among those of the step.</param>
    /// <returns>The total loss, <c>loss</c>, and its parts.</returns>
    /// <exception cref="NonFiniteLossException">The loss is not a number.</exception>
    public IReadOnlyList<(string Name, double Value)> AddGradient(IReadOnlyList<PackedRow> batch, int index)
    {
        var (objective, copy) = _workers[0];
        copy?.TakeWeights();
        var losses = Gradient(objective, batch, index);
        copy?.AddUp();
        copy?.GiveGradients();
        var total = losses[^1].Value;
        return double.IsFinite(total) ? losses : throw NotFinite("loss", total, [batch]);
    }

    /// <summary>Makes the step from the gradients of all its batches, added up, wherever they were computed.</summary>
    /// <param name="losses">Of each batch, the losses.</param>
    /// <param name="batches">What is told of where a gradient is not a number; empty where it is not known.</param>
    /// <exception cref="NonFiniteLossException">The loss or the gradient is not a number; no weight has changed.</exception>
    public StepMetrics Update(IReadOnlyList<IReadOnlyList<(string Name, double Value)>> losses, IReadOnlyList<IReadOnlyList<PackedRow>> batches)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in losses.SelectMany(parts => parts))
        {
            values[name] = values.GetValueOrDefault(name) + (value / losses.Count);
        }

        if (!double.IsFinite(values["loss"]))
        {
            throw NotFinite("loss", values["loss"], batches);
        }

        var rate = LearningRateSchedule.At(_stage, StepCount);
        var norm = Optimizer.GradientNorm() / losses.Count;
        if (!double.IsFinite(norm))
        {
            throw NotFinite("gradient's norm", norm, batches);
        }

        Optimizer.Step(rate, 1.0 / losses.Count, norm);
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
        foreach (var (_, copy) in _workers)
        {
            copy?.Dispose();
        }
    }

    // Batch i is worked on by worker i modulo the workers, and gradients are added worker by worker: the same sums whichever is the faster.
    private IReadOnlyList<(string Name, double Value)>[] Gradients(IReadOnlyList<IReadOnlyList<PackedRow>> batches, int first)
    {
        var losses = new IReadOnlyList<(string, double)>[batches.Count];
        var others = Enumerable.Range(1, _workers.Length - 1)
            .Select(worker => Task.Factory.StartNew(() => Work(worker), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        Work(0);
        Task.WaitAll(others);
        foreach (var (_, copy) in _workers)
        {
            copy?.GiveGradients();
        }

        return losses;

        void Work(int worker)
        {
            var (objective, copy) = _workers[worker];
            copy?.TakeWeights();
            for (var i = worker; i < batches.Count; i += _workers.Length)
            {
                losses[i] = Gradient(objective, batches[i], first + i);
                copy?.AddUp();
            }
        }
    }

    private IReadOnlyList<(string Name, double Value)> Gradient(ITrainingObjective objective, IReadOnlyList<PackedRow> batch, int index)
    {
        using var scope = NewDisposeScope();
        var (total, parts) = objective.Loss(batch, DrawSeed(index));
        (string Name, double Value)[] values = [.. parts.Append(("loss", total)).Select(part => (part.Item1, (double)part.Item2.item<float>()))];

        // Of a batch without a trained image nothing may depend on what trains.
        if (total.requires_grad && values.All(value => double.IsFinite(value.Value)))
        {
            total.backward();
        }

        return values;
    }

    private long DrawSeed(int batch) => (long)(new SeededRandom((long)_seed, StepCount, batch).NextBits() >> 1);

    private NonFiniteLossException NotFinite(string what, double value, IReadOnlyList<IReadOnlyList<PackedRow>> batches) =>
        new(_stage.Name, StepCount, what, value, [.. batches.SelectMany(rows => rows).SelectMany(row => row.Origins)]);
}
