using System.Diagnostics;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using TorchSharp;

namespace MmiGrains.Model.Training;

/// <summary>
/// Runs a recipe in a folder, from its beginning or from the newest checkpoint there. A run that is killed at any moment and resumed ends
/// with the same weights, bit for bit on a CPU with the same number of threads, as one that is not.
/// </summary>
/// <param name="recipe">What to do.</param>
/// <param name="recipeFolder">What its paths are relative to.</param>
/// <param name="output">The run's folder.</param>
/// <param name="openData">Opens a stage's data with a seed.</param>
/// <param name="observer">Told how it goes.</param>
public sealed class TrainingRun(
    TrainingRecipe recipe, string recipeFolder, string output,
    Func<IReadOnlyList<System.Text.Json.JsonElement>, ulong, ISampleStream> openData, ITrainingObserver observer)
{
    private const double Explosion = 20; // times the mean loss since the last line of metrics

    private readonly RecipeSources _sources = new(recipe, recipeFolder, openData, observer.Noted);
    private readonly CheckpointFolder _checkpoints = new(Path.Combine(output, "checkpoints"), recipe.KeepCheckpoints);
    private readonly Stopwatch _sitting = new();
    private string _checkpoint = ""; // the last that is whole
    private double _secondsBefore;
    private long _samples;
    private MetricsLog? _log;

    /// <summary>Runs to the end, or to a cancellation: then a checkpoint is written first.</summary>
    /// <returns>The trained model's folder.</returns>
    public string Run(CancellationToken cancellation)
    {
        RecipeRules.Check(recipe);
        Directory.CreateDirectory(output);
        if (recipe.Threads > 0)
        {
            torch.set_num_threads(recipe.Threads);
        }

        if (recipe.Stages.Any(stage => stage.Precision == TrainingStage.BFloat16))
        {
            observer.Noted("Stages with 'precision' bfloat16 run on the CPU, which is slow at it unless it has instructions for bfloat16; float32 may be faster.");
        }

        _checkpoint = _checkpoints.NewestWhole(observer.Noted) ?? "";
        var state = _checkpoint.Length > 0 ? CheckpointFolder.ReadState(_checkpoint) : Begin();
        _log = new MetricsLog(Path.Combine(output, "metrics.jsonl"), state.Step);
        _secondsBefore = state.Seconds;
        _sitting.Start();
        while (state.Stage < recipe.Stages.Count)
        {
            state = RunStage(state, cancellation);
        }

        return TrainedModel.Write(_checkpoint, Path.Combine(output, "model"), _sources.TokenizerPath);
    }

    // The first checkpoint holds the weights that the run begins with.
    private TrainingCheckpoint Begin()
    {
        var (model, config) = _sources.BeginModel();
        using var _ = model;
        var state = new TrainingCheckpoint();
        _checkpoint = _checkpoints.Write(state, model, config, null);
        return state;
    }

    private TrainingCheckpoint RunStage(TrainingCheckpoint state, CancellationToken cancellation)
    {
        using var opened = OpenStage.Read(_sources, _checkpoint, state, recipe.Workers);
        var (stage, model, config, trainer, adapters) = (opened.Stage, opened.Model, opened.Config, opened.Trainer, opened.Adapters);
        using var loader = opened.OpenData(state.Data);
        observer.StageBegins(stage, state.StageStep);
        Func<TrainingCheckpoint> reached = () => state with
        {
            Step = state.Step - state.StageStep + trainer.StepCount,
            StageStep = trainer.StepCount,
            Data = loader.Position,
            Seconds = _secondsBefore + _sitting.Elapsed.TotalSeconds,
        };
        try
        {
            Steps(opened, loader, reached, cancellation);
        }
        catch (OperationCanceledException)
        {
            _checkpoint = _checkpoints.Write(reached(), model, config, trainer, adapters);
            throw;
        }
        catch (NonFiniteLossException)
        {
            observer.Noted($"The last good checkpoint is '{_checkpoint}'.");
            throw;
        }

        // What a stage leaves behind is the average of its weights, where it keeps one.
        trainer.Average?.Swap();
        var done = reached() with { Stage = state.Stage + 1, StageStep = 0, Data = null };
        config = stage.Objective == "autoencoder" ? LatentScale.Measure(model, loader, config) : config;
        _checkpoint = _checkpoints.Write(done, model, config, null, adapters);
        return done;
    }

    private void Steps(OpenStage opened, BatchLoader loader, Func<TrainingCheckpoint> reached, CancellationToken cancellation)
    {
        var (stage, model, trainer) = (opened.Stage, opened.Model, opened.Trainer);
        model.train();
        var (means, pace) = (new RunningMeans(), new Stopwatch());
        var (secondsPerStep, first) = (0.0, trainer.StepCount);
        while (trainer.StepCount < stage.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            pace.Restart();
            var batches = loader.Next();
            var metrics = trainer.Step(batches);
            if (means.Count >= Math.Max(1, recipe.LogEvery / 2) && metrics.Losses["loss"] > Explosion * Math.Abs(means.Means()["loss"]))
            {
                throw new NonFiniteLossException(
                    stage.Name, trainer.StepCount - 1, $"loss, {means.Means()["loss"]:g4} before,", metrics.Losses["loss"],
                    [.. batches.SelectMany(rows => rows).SelectMany(row => row.Origins)]);
            }

            _samples += batches.Sum(rows => rows.Sum(row => row.Origins.Count));
            means.Add(metrics.Losses);
            var now = pace.Elapsed.TotalSeconds;
            secondsPerStep = secondsPerStep == 0 || trainer.StepCount < first + 3 ? now : (0.95 * secondsPerStep) + (0.05 * now);
            var state = reached();
            var perSecond = _samples / _sitting.Elapsed.TotalSeconds;
            observer.Stepped(new TrainingProgress(state.Step, recipe.TotalSteps, means.Means(), perSecond, secondsPerStep, stage.Steps - trainer.StepCount));
            if (trainer.StepCount % recipe.LogEvery == 0)
            {
                Log(state, stage, "train", means.Means(), ("grad_norm", metrics.GradientNorm), ("lr", metrics.LearningRate), ("samples_per_second", perSecond));
                means.Clear();
            }

            if (recipe.ValidateEvery > 0 && stage.Validation.Count > 0 && trainer.StepCount % recipe.ValidateEvery == 0)
            {
                Validate(opened, state);
            }

            if (trainer.StepCount % recipe.CheckpointEvery == 0 && trainer.StepCount < stage.Steps)
            {
                _checkpoint = _checkpoints.Write(state, model, opened.Config, trainer, opened.Adapters);
            }
        }
    }

    private void Validate(OpenStage opened, TrainingCheckpoint state)
    {
        var losses = opened.Validate();
        observer.Validated(state.Step, losses);
        Log(state, opened.Stage, "validation", losses);
    }

    private void Log(
        TrainingCheckpoint state, TrainingStage stage, string split, IReadOnlyDictionary<string, double> losses, params (string Name, double Value)[] more)
    {
        var line = new JsonObject { ["step"] = state.Step, ["stage"] = stage.Name, ["split"] = split, ["seconds"] = Math.Round(state.Seconds, 1) };
        foreach (var (name, value) in losses.Select(loss => (loss.Key, loss.Value)).Concat(more))
        {
            line[name] = value;
        }

        _log!.Write(line);
    }
}
