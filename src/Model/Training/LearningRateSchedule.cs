namespace MmiGrains.Model.Training;

/// <summary>The share of the learning rate at each step.</summary>
public static class LearningRateSchedule
{
    /// <summary>Rises linearly over the warm-up, then falls along half a cosine to <see cref="TrainingStage.FinalRate"/>, or stays.</summary>
    /// <param name="stage">Warm-up, steps and kind.</param>
    /// <param name="step">Steps made so far.</param>
    public static double At(TrainingStage stage, long step)
    {
        if (step < stage.WarmupSteps)
        {
            return (step + 1.0) / stage.WarmupSteps;
        }

        if (stage.Schedule == "constant")
        {
            return 1;
        }

        var progress = (step - stage.WarmupSteps) / Math.Max(1.0, stage.Steps - stage.WarmupSteps);
        return stage.FinalRate + ((1 - stage.FinalRate) * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, progress))));
    }
}
