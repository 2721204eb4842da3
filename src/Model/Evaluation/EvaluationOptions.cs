using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Evaluation;

/// <summary>How a model is measured on the small world.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Samples of each task and split. Kinds that are rarer (eight images, two objects) have as many of their own.</summary>
    public int Count { get; init; } = 200;

    /// <summary>Which samples: a seed's are always the same ones.</summary>
    public long Seed { get; init; }

    /// <summary>How pictures are painted.</summary>
    public DenoisingOptions Painting { get; init; } = new(20, 3, "dpm++");

    /// <summary>Pictures are painted from the true ones with the noise of this timestep, to see what the steps below it lose; null from noise alone.</summary>
    public int? TruthAt { get; init; }

    /// <summary>Rows that are written or painted together; changes no figure beyond rounding.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Groups that are measured at a time; changes no figure.</summary>
    public int Workers { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>Samples of each task on its sheet.</summary>
    public int SheetSamples { get; init; } = 12;

    /// <summary>Groups of measures (<see cref="SceneEvaluation.Groups"/>); none for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whose samples, in this order.</summary>
    public IReadOnlyList<SceneSplit> Splits { get; init; } = [SceneSplit.Test, SceneSplit.Compositional];

    /// <summary>Whether each kind of question and of attribute is counted by itself too.</summary>
    public bool Details { get; init; }
}
