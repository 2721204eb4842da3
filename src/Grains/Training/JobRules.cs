using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Training;
using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Training.Rounds;

namespace MmiGrains.Grains.Training;

/// <summary>What a job's specification must satisfy.</summary>
internal static class JobRules
{
    private const int MostTrainers = 1024;

    /// <summary>The job's recipe, checked.</summary>
    /// <exception cref="InvalidTrainingJobException">One sentence says what cannot be.</exception>
    public static TrainingRecipe Check(TrainingJobSpec spec)
    {
        try
        {
            var recipe = ConfigFile.Parse<TrainingRecipe>(spec.Recipe);
            new RecipeSources(recipe, spec.RecipeFolder, (_, _) => throw new DataException("No data is read here."), _ => { }).Check();
            Exchange(spec).Check();
            Require(spec.MaxTrainers is >= 0 and <= MostTrainers, $"max_trainers is {spec.MaxTrainers}; it must be 0 to {MostTrainers}.");
            Require(spec.MinTrainers is >= 1 and <= MostTrainers, $"min_trainers is {spec.MinTrainers}; it must be 1 to {MostTrainers}.");
            Require(spec.MaxTrainers == 0 || spec.MinTrainers <= spec.MaxTrainers, $"min_trainers is {spec.MinTrainers}; max_trainers, {spec.MaxTrainers}, is less.");
            Require(spec.StopPatience >= 1, $"stop_patience is {spec.StopPatience}; it must be at least 1.");
            Require(Path.IsPathFullyQualified(spec.RecipeFolder), $"recipe_folder is '{spec.RecipeFolder}'; it must be a whole path.");
            Require(Path.IsPathFullyQualified(spec.Output), $"output is '{spec.Output}'; it must be a whole path.");
            Require(
                spec.StopMetric is null || (recipe.ValidateEvery > 0 && recipe.Stages.Any(stage => stage.Validation.Count > 0)),
                $"stop_metric is '{spec.StopMetric}'; the recipe has no validation to measure it.");
            return recipe;
        }
        catch (ConfigException problem)
        {
            throw new InvalidTrainingJobException("invalid_recipe", problem.Message);
        }
    }

    /// <summary>How the job's trainers agree.</summary>
    public static ExchangeOptions Exchange(TrainingJobSpec spec) => new()
    {
        InnerSteps = spec.InnerSteps,
        Replicas = spec.Replicas,
        OuterRate = spec.OuterRate,
        OuterMomentum = spec.OuterMomentum,
        BFloat16 = spec.BFloat16,
    };

    private static void Require(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new InvalidTrainingJobException("invalid_job", sentence);
        }
    }
}
