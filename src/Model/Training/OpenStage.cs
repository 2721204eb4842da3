using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.LowRank;

namespace MmiGrains.Model.Training;

/// <summary>One stage of a recipe, ready for its next step: the model, its adapters, the trainer and the data.</summary>
internal sealed class OpenStage : IDisposable
{
    private readonly RecipeSources _sources;
    private readonly SampleTokenizer _tokens;
    private IReadOnlyList<IReadOnlyList<PackedRow>>? _validation;

    private OpenStage(RecipeSources sources, TrainingStage stage, MmInterleaved model, MmInterleavedConfig config, LoraAdapters? adapters, Trainer trainer)
    {
        (_sources, Stage, Model, Config, Adapters, Trainer) = (sources, stage, model, config, adapters, trainer);
        _tokens = sources.LoadTokenizer(config);
    }

    public TrainingStage Stage { get; }

    public MmInterleaved Model { get; }

    public MmInterleavedConfig Config { get; }

    public LoraAdapters? Adapters { get; }

    public Trainer Trainer { get; }

    /// <summary>Opens the stage that a checkpoint stands in.</summary>
    /// <param name="sources">The recipe.</param>
    /// <param name="checkpoint">The checkpoint's folder.</param>
    /// <param name="state">Where it stands.</param>
    /// <param name="workers">Batches that are worked on at once.</param>
    /// <param name="more">Tensors beside those of the trainer, which the checkpoint of an unfinished stage holds too, given the trainer.</param>
    public static OpenStage Read(
        RecipeSources sources, string checkpoint, TrainingCheckpoint state, int workers, Func<Trainer, IReadOnlyDictionary<string, TorchSharp.torch.Tensor>>? more = null)
    {
        var stage = sources.Recipe.Stages[state.Stage];
        var config = CheckpointFolder.ReadConfig(checkpoint);
        var model = ModelFolder.Create(config);
        CheckpointFolder.ReadWeights(checkpoint, model);

        // Adapters that an earlier sitting or stage has trained go on; others begin by changing nothing.
        var adapters = stage.Lora is { } lora ? LoraAdapters.Attach(model, lora, sources.Recipe.Seed) : null;
        if (AdapterFolder.Exists(checkpoint))
        {
            (adapters ?? throw new ConfigException($"'{checkpoint}' holds adapters, and stage '{stage.Name}' has no 'lora'.")).Read(checkpoint);
        }

        var opened = Begin(sources, stage, model, config, adapters, workers);
        if (state.StageStep > 0)
        {
            CheckpointFolder.ReadTrainer(checkpoint, state, opened.Trainer, more?.Invoke(opened.Trainer));
        }

        return opened;
    }

    /// <summary>A stage at its first step.</summary>
    public static OpenStage Begin(
        RecipeSources sources, TrainingStage stage, MmInterleaved model, MmInterleavedConfig config, LoraAdapters? adapters, int workers)
    {
        RecipeRules.Check(sources.Recipe, config); // also where a run goes on by a recipe that was changed
        if (workers > 1 && config.VisualResampler.DropoutInTraining + config.ImageResampler.DropoutInTraining > 0)
        {
            throw new ConfigException($"workers is {workers}; a model that drops out trains with 1, since all draw from one generator.");
        }

        return new OpenStage(sources, stage, model, config, adapters, new Trainer(model, stage, sources.Recipe.Seed, adapters, workers));
    }

    /// <summary>Reads the stage's data from a position.</summary>
    /// <param name="position">Null for the beginning.</param>
    /// <param name="change">Makes another stream of the stage's; null for that one.</param>
    public BatchLoader OpenData(JsonNode? position, Func<ISampleStream, ISampleStream>? change = null)
    {
        var packer = _sources.OpenRows(Stage.Data, Stage, _tokens, Config, change);
        if (position is not null)
        {
            packer.Restore(position);
        }

        return new BatchLoader(packer, Stage);
    }

    /// <summary>The losses on the validation's data, of the averaged weights where the stage keeps an average.</summary>
    public IReadOnlyDictionary<string, double> Validate()
    {
        _validation ??= ReadValidation();
        Trainer.Average?.Swap();
        Model.eval();
        var losses = Trainer.Validate(_validation);
        Model.train();
        Trainer.Average?.Swap();
        return losses;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Trainer.Dispose();
        Adapters?.Dispose();
        Model.Dispose();
    }

    private IReadOnlyList<IReadOnlyList<PackedRow>> ReadValidation()
    {
        using var packer = _sources.OpenRows(Stage.Validation, Stage, _tokens, Config);
        return [.. Enumerable.Range(0, _sources.Recipe.ValidationBatches).Select(_ => (PackedRow[])[.. Enumerable.Range(0, Stage.Rows).Select(_ => packer.Next())])];
    }
}
