using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Training;

/// <summary>What a recipe must satisfy before anything is built, each rule one sentence.</summary>
internal static class RecipeRules
{
    public static void Check(TrainingRecipe recipe)
    {
        var sources = (recipe.Model is null ? 0 : 1) + (recipe.Config is null ? 0 : 1) + (recipe.From is null ? 0 : 1);
        Require(sources == 1, $"The recipe names its model once, by 'model', 'config' or 'from'; it does so {sources} times.");
        Require(recipe.Tokenizer is not null || recipe.From is not null, "The recipe names no 'tokenizer', and no model 'from' which to take one.");
        Require(recipe.Given is null || recipe.From is null, "The recipe has 'given' and 'from': a model that is gone on from has its own weights.");
        Require(recipe.Stages.Count > 0, "The recipe has no 'stages'.");
        AtLeast("checkpoint_every", recipe.CheckpointEvery, 1);
        AtLeast("keep_checkpoints", recipe.KeepCheckpoints, 1);
        AtLeast("validate_every", recipe.ValidateEvery, 0);
        AtLeast("validation_batches", recipe.ValidationBatches, 1);
        AtLeast("log_every", recipe.LogEvery, 1);
        AtLeast("threads", recipe.Threads, 0);
        AtLeast("workers", recipe.Workers, 1);
        Require(recipe.Workers == 1 || recipe.Stages.All(stage => stage.Lora is null), $"workers is {recipe.Workers}; adapters ('lora') train with 1.");
        foreach (var stage in recipe.Stages)
        {
            Check(stage);
        }

        foreach (var (before, stage) in recipe.Stages.Zip(recipe.Stages.Skip(1)))
        {
            Require(
                before.Lora is not { } lora || (stage.Lora is { } next && next.Rank == lora.Rank && next.Alpha == lora.Alpha && next.Targets.SequenceEqual(lora.Targets)),
                $"stage '{stage.Name}' comes after '{before.Name}', whose adapters it must go on with: 'lora' must be the same.");
        }
    }

    /// <summary>What the stages ask of the model, which is known once it is begun.</summary>
    public static void Check(TrainingRecipe recipe, MmInterleavedConfig config)
    {
        var tokens = config.ImageResampler.NumQueries;
        foreach (var stage in recipe.Stages.Where(stage => stage.Objective == "prompts"))
        {
            Require(
                stage.PromptGrid >= 1 && stage.PromptGrid * stage.PromptGrid <= tokens,
                $"stage '{stage.Name}': 'prompt_grid' is {stage.PromptGrid}; it must be at least 1, and its cells no more than a prompt's {tokens} tokens.");
        }
    }

    private static void Check(TrainingStage stage)
    {
        var of = $"stage '{stage.Name}': ";
        AtLeast(of + "steps", stage.Steps, 1);
        AtLeast(of + "rows", stage.Rows, 1);
        AtLeast(of + "accumulation", stage.Accumulation, 1);
        AtLeast(of + "warmup_steps", stage.WarmupSteps, 0);
        AtLeast(of + "packing.row_length", stage.Packing.RowLength, 2);
        AtLeast(of + "packing.max_images", stage.Packing.MaxImages, 0);
        OneOf(of + "objective", stage.Objective, "interleaved", "autoencoder", "labels", "prompts");
        OneOf(of + "schedule", stage.Schedule, "cosine", "constant");
        OneOf(of + "train", stage.Train, "pretraining", "all", "lora");
        OneOf(of + "precision", stage.Precision, TrainingStage.Float32, TrainingStage.BFloat16);
        Require(
            stage.Precision == TrainingStage.Float32 || stage.Objective != "autoencoder",
            $"{of}'precision' is {stage.Precision}; the autoencoder trains in {TrainingStage.Float32}.");
        Require(stage.Data.Count > 0, $"{of}'data' names no data set.");
        Require(stage.AverageDecay is >= 0 and < 1, $"{of}'average_decay' is {stage.AverageDecay}; it must be at least 0 and below 1.");
        Require(stage.FinalRate is >= 0 and <= 1, $"{of}'final_rate' is {stage.FinalRate}; it must be 0 to 1.");
        Require(stage.Optimizer.Lr > 0, $"{of}'optimizer.lr' is {stage.Optimizer.Lr}; it must be above 0.");
        Require(stage.Train != "lora" || stage.Lora is not null, $"{of}'train' is lora, and there is no 'lora'.");
        if (stage.Lora is { } lora)
        {
            Require(stage.Objective == "interleaved" && stage.Train != "all", $"{of}'lora' goes with the objective interleaved, and 'train' pretraining or lora.");
            AtLeast(of + "lora.rank", lora.Rank, 1);
            Require(lora.Alpha > 0 && double.IsFinite(lora.Alpha), $"{of}'lora.alpha' is {lora.Alpha}; it must be above 0.");
            Require(lora.Targets.Count > 0 && !lora.Targets.Contains(""), $"{of}'lora.targets' names no layer.");
        }
    }

    private static void AtLeast(string field, long value, long least) => Require(value >= least, $"{field} is {value}; it must be at least {least}.");

    private static void OneOf(string field, string value, params string[] allowed) =>
        Require(allowed.Contains(value), $"{field} is '{value}'; it may be {string.Join(", ", allowed)}.");

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new ConfigException(sentence);
        }
    }
}
