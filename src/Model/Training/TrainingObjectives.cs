using MmiGrains.Model.Interleaved;

namespace MmiGrains.Model.Training;

/// <summary>The objectives that a stage may name.</summary>
internal static class TrainingObjectives
{
    /// <summary>A stage's objective on a model.</summary>
    /// <exception cref="ConfigException">There is none of that name.</exception>
    public static ITrainingObjective Create(MmInterleaved model, TrainingStage stage) => stage.Objective switch
    {
        "interleaved" => new InterleavedObjective(model, stage),
        "autoencoder" => new AutoencoderObjective(model, stage.Autoencoder),
        "labels" => new LabelObjective(model),
        "prompts" => new PromptObjective(model, stage),
        _ => throw new ConfigException($"Stage '{stage.Name}': 'objective' is '{stage.Objective}'; it may be interleaved, autoencoder, labels or prompts."),
    };
}
