using System.Text.Json.Nodes;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace MmiGrains.Model.Training.Rounds;

/// <summary>
/// One trainer of several that train one model: it computes leases of a round, takes the sum of all, and then has the same weights, bit for
/// bit, as the others. For one thread; knows nothing of how numbers travel.
/// </summary>
public sealed class RoundTrainer : IDisposable
{
    private readonly RecipeSources _sources;
    private readonly ExchangeOptions _exchange;
    private readonly string _output;
    private readonly CheckpointFolder _checkpoints;
    private OpenStage? _stage;
    private IRoundWork? _work;
    private TrainingCheckpoint _state;

    private RoundTrainer(RecipeSources sources, ExchangeOptions exchange, string output, TrainingCheckpoint? state)
    {
        sources.Check();
        exchange.Check();
        (_sources, _exchange, _output) = (sources, exchange, output);
        _checkpoints = new CheckpointFolder(Path.Combine(output, "checkpoints"), sources.Recipe.KeepCheckpoints);
        _state = state ?? new TrainingCheckpoint();
        if (sources.Recipe.Threads > 0)
        {
            set_num_threads(sources.Recipe.Threads);
        }
    }

    /// <summary>Where the run stands.</summary>
    public TrainingCheckpoint State => _state with { Data = _work?.Position, Seconds = 0 };

    /// <summary>Leases of the next round; 0 after the last stage.</summary>
    public int LeaseCount => _work?.LeaseCount ?? 0;

    /// <summary>Pieces of a contribution; 0 after the last stage.</summary>
    public int PieceCount => _work?.PieceCount ?? 0;

    /// <summary>The newest checkpoint's folder.</summary>
    public string NewestCheckpoint => _checkpoints.Newest!;

    /// <summary>Goes on from the newest whole checkpoint of a run's folder, or begins the run there.</summary>
    /// <param name="sources">The recipe.</param>
    /// <param name="exchange">How trainers agree.</param>
    /// <param name="output">The run's folder.</param>
    public static RoundTrainer Open(RecipeSources sources, ExchangeOptions exchange, string output)
    {
        var trainer = new RoundTrainer(sources, exchange, output, null);
        try
        {
            if (trainer._checkpoints.NewestWhole(sources.Note) is null)
            {
                var (model, config) = sources.BeginModel();
                using var _ = model;
                trainer._checkpoints.Write(trainer._state, model, config, null);
            }

            trainer.ReadNewest();
            return trainer;
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Joins trainers that are under way; all pieces of the state are to be written then.</summary>
    /// <param name="sources">The recipe.</param>
    /// <param name="exchange">How trainers agree.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="state">What one of the others has.</param>
    public static RoundTrainer Join(RecipeSources sources, ExchangeOptions exchange, string output, TrainedState state)
    {
        var trainer = new RoundTrainer(sources, exchange, output, ConfigFile.Parse<TrainingCheckpoint>(state.Checkpoint));
        try
        {
            var config = ConfigFile.Parse<MmInterleavedConfig>(state.Config);
            var (beginning, _) = sources.BeginModel();
            using var __ = beginning;
            trainer.Begin(config, beginning, adapters: null);
            var own = trainer.DescribeState().Tensors;
            return own.SequenceEqual(state.Tensors) ? trainer
                : throw new ConfigException($"The trainers have {state.Tensors.Count} tensors, and this one's {own.Count} are not the same.");
        }
        catch
        {
            trainer.Dispose();
            throw;
        }
    }

    /// <summary>Computes one lease of the present round.</summary>
    /// <exception cref="NonFiniteLossException">The loss is not a number.</exception>
    public Contribution Contribute(int lease) => _work!.Contribute(lease);

    /// <summary>Ends the round; nothing has changed where it throws.</summary>
    /// <param name="sum">All contributions, added up in the order of the leases; overwritten.</param>
    /// <param name="outcomes">What was told of them, in that order.</param>
    /// <exception cref="NonFiniteLossException">The gradient is not a number.</exception>
    public StepMetrics Apply(float[][] sum, IReadOnlyList<LeaseOutcome> outcomes)
    {
        var before = _stage!.Trainer.StepCount;
        var metrics = _work!.Apply(sum, outcomes);
        var made = _stage.Trainer.StepCount - before;
        _state = _state with { Step = _state.Step + made, StageStep = _state.StageStep + made };
        return metrics;
    }

    /// <summary>The losses on the stage's validation data.</summary>
    public IReadOnlyDictionary<string, double> Validate() => _stage!.Validate();

    /// <summary>Writes a checkpoint, unless the same is there.</summary>
    /// <returns>Its folder.</returns>
    public string WriteCheckpoint() => _stage is null ? _checkpoints.Newest!
        : _checkpoints.Write(State, _stage.Model, _stage.Config, _state.StageStep > 0 ? _stage.Trainer : null, _stage.Adapters, _work!.More);

    /// <summary>Ends the stage, whatever steps are left of it, and goes to the next.</summary>
    /// <param name="writes">Whether this trainer is the one that writes the checkpoint.</param>
    public void EndStage(bool writes)
    {
        var (stage, work, config) = (_stage!, _work!, _stage!.Config);
        var next = _state with { Stage = _state.Stage + 1, StageStep = 0, Data = null };
        stage.Trainer.Average?.Swap(); // what a stage leaves behind is the average of its weights
        try
        {
            if (stage.Stage.Objective == "autoencoder")
            {
                using var loader = work.OpenData();
                config = LatentScale.Measure(stage.Model, loader, config);
            }

            if (writes)
            {
                _checkpoints.Write(next, stage.Model, config, null, stage.Adapters);
            }
        }
        catch
        {
            stage.Trainer.Average?.Swap();
            stage.Model.train();
            throw;
        }

        (_state, _stage, _work) = (next, null, null);
        work.Dispose();
        using (stage)
        {
            Begin(config, stage.Model, stage.Adapters);
        }
    }

    /// <summary>Makes the model's folder of the last checkpoint.</summary>
    /// <returns>The folder.</returns>
    public string Finish() => TrainedModel.Write(_checkpoints.Newest!, Path.Combine(_output, "model"), _sources.TokenizerPath);

    /// <summary>What another trainer needs to join.</summary>
    public TrainedState DescribeState()
    {
        var tensors = StateTensors();
        return new TrainedState(
            ConfigFile.ToText(_stage!.Config), ConfigFile.ToText(State), [.. tensors.Select(tensor => tensor.Name)], new TensorVector([.. tensors.Select(tensor => tensor.Value)]).PieceCount);
    }

    /// <summary>A piece of this trainer's state.</summary>
    public float[] ReadState(int piece) => StateVector().Read(piece);

    /// <summary>Takes a piece of another's state over.</summary>
    public void WriteState(int piece, float[] values) => StateVector().Write(piece, values);

    /// <inheritdoc/>
    public void Dispose()
    {
        _work?.Dispose();
        _stage?.Dispose();
        (_work, _stage) = (null, null);
    }

    private void ReadNewest()
    {
        var checkpoint = _checkpoints.NewestWhole(_sources.Note)!;
        _state = CheckpointFolder.ReadState(checkpoint) with { Seconds = 0 };
        if (_state.Stage < _sources.Recipe.Stages.Count)
        {
            IReadOnlyDictionary<string, Tensor>? more = null;
            _stage = OpenStage.Read(_sources, checkpoint, _state, workers: 1, trainer => more = NewMore(trainer));
            Work(more ?? NewMore(_stage.Trainer));
        }
    }

    // The present stage on a copy of a model and its adapters.
    private void Begin(MmInterleavedConfig config, MmInterleaved from, LoraAdapters? adapters)
    {
        if (_state.Stage == _sources.Recipe.Stages.Count)
        {
            return;
        }

        var stage = _sources.Recipe.Stages[_state.Stage];
        var model = ModelFolder.Create(config);
        var own = stage.Lora is { } lora ? LoraAdapters.Attach(model, lora, _sources.Recipe.Seed) : null;
        using (no_grad())
        {
            var weights = from.state_dict();
            foreach (var (name, target) in model.state_dict())
            {
                target.copy_(weights[name]);
            }

            foreach (var (source, target) in (adapters?.Parameters ?? []).Zip(own?.Parameters ?? []))
            {
                target.Parameter.copy_(source.Parameter);
            }
        }

        _stage = OpenStage.Begin(_sources, stage, model, config, own, workers: 1);
        _stage.Trainer.Optimizer.StepCount = _state.StageStep;
        Work(NewMore(_stage.Trainer));
    }

    private void Work(IReadOnlyDictionary<string, Tensor> more)
    {
        _stage!.Model.train();
        _work = _exchange.IsEveryStep ? new GradientRounds(_stage, _state.Data) : new OuterRounds(_stage, _exchange, more, _state.Data);
    }

    private IReadOnlyDictionary<string, Tensor> NewMore(Trainer trainer) =>
        _exchange.IsEveryStep ? new Dictionary<string, Tensor>() : OuterRounds.Velocities(trainer);

    private TensorVector StateVector() => new([.. StateTensors().Select(tensor => tensor.Value)]);

    // What has been trained so far, and what trains it.
    private List<(string Name, Tensor Value)> StateTensors()
    {
        var (stage, trainer) = (_stage!, _stage!.Trainer);
        ITrainingObjective[] objectives = [.. _sources.Recipe.Stages.Take(_state.Stage + 1).Select(one => TrainingObjectives.Create(stage.Model, one))];
        return
        [
            .. stage.Model.named_parameters().Where(member => objectives.Any(objective => objective.Trains(member.name))).Select(member => (member.name, (Tensor)member.parameter)),
            .. (stage.Adapters?.Parameters ?? []).Select(member => (member.Name, (Tensor)member.Parameter)),
            .. trainer.Optimizer.States.Select(state => ("optimizer." + state.Name, state.Value)),
            .. (trainer.Average?.Values ?? []).Select(average => ("average." + average.Name, average.Value)),
            .. _work!.More.Select(more => (more.Key, more.Value)),
        ];
    }
}
