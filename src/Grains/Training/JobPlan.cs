using MmiGrains.Contracts.Training;
using MmiGrains.Model.Training;

namespace MmiGrains.Grains.Training;

/// <summary>What a job does next, and what becomes of it by what was done; plain values in and out.</summary>
internal static class JobPlan
{
    /// <summary>What is due where the trainers stand.</summary>
    /// <param name="state">The job.</param>
    /// <param name="recipe">Its recipe.</param>
    /// <param name="now">Where its trainers stand.</param>
    public static TrainingPhase Due(TrainingJobState state, TrainingRecipe recipe, StagePoint now)
    {
        if (now.Stage == recipe.Stages.Count)
        {
            return TrainingPhase.Finishing;
        }

        var stage = recipe.Stages[now.Stage];
        return state.IsToPause ? (now.Step > 0 && state.Checkpointed != now ? TrainingPhase.Checkpointing : TrainingPhase.Paused)
            : stage.Validation.Count > 0 && state.Evaluated.IsDue(now, recipe.ValidateEvery) ? TrainingPhase.Evaluating
            : now.Step >= stage.Steps || state.StoppedStage == now.Stage ? TrainingPhase.EndingStage
            : state.Checkpointed.IsDue(now, recipe.CheckpointEvery) ? TrainingPhase.Checkpointing
            : TrainingPhase.Round;
    }

    /// <summary>Trainers that must be free for the job to go on where it has none: those asked for at its beginning, later any.</summary>
    public static int LeastTrainers(TrainingJobState state) => state.Step > 0 ? 1 : state.Spec.MinTrainers;

    /// <summary>A validation was made: counts those without a new lowest value, and stops the stage after so many.</summary>
    /// <exception cref="JobFailedException">The validation has no such loss.</exception>
    public static TrainingJobState Judge(TrainingJobState state, IReadOnlyDictionary<string, double> values, StagePoint now)
    {
        if (state.Spec.StopMetric is not { } metric)
        {
            return state with { Evaluated = now };
        }

        if (!values.TryGetValue(metric, out var value))
        {
            throw new JobFailedException($"stop_metric is '{metric}'; the validation has {string.Join(", ", values.Keys)}.");
        }

        var isLower = state.Evaluated.Stage != now.Stage || state.Lowest is not { } lowest || value < lowest;
        var worse = isLower ? 0 : state.WorseCount + 1;
        return state with
        {
            Evaluated = now,
            Lowest = isLower ? value : state.Lowest,
            WorseCount = worse,
            StoppedStage = worse >= state.Spec.StopPatience ? now.Stage : state.StoppedStage,
        };
    }

    /// <summary>A checkpoint was written.</summary>
    public static TrainingJobState Keep(TrainingJobState state, TrainingCheckpointInfo checkpoint, int count) => state with
    {
        Checkpoints = [.. state.Checkpoints.Where(known => known.Folder != checkpoint.Folder).Append(checkpoint).TakeLast(count)],
    };
}
