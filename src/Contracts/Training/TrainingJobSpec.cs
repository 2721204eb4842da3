namespace MmiGrains.Contracts.Training;

/// <summary>What a training job does.</summary>
/// <param name="Recipe">The recipe, as JSON.</param>
/// <param name="RecipeFolder">What its paths are relative to, on every trainer's machine.</param>
/// <param name="Output">The run's folder, on every trainer's machine: best one that all share.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainingJobSpec")]
public sealed record TrainingJobSpec([property: Id(0)] string Recipe, [property: Id(1)] string RecipeFolder, [property: Id(2)] string Output)
{
    /// <summary>Steps from one exchange to the next; 1 exchanges gradients.</summary>
    [Id(3)]
    public int InnerSteps { get; init; } = 1;

    /// <summary>With several inner steps: replicas that make them at the same time.</summary>
    [Id(4)]
    public int Replicas { get; init; } = 2;

    /// <summary>Learning rate of the outer step.</summary>
    [Id(5)]
    public double OuterRate { get; init; } = 0.7;

    /// <summary>Nesterov momentum of the outer step.</summary>
    [Id(6)]
    public double OuterMomentum { get; init; } = 0.9;

    /// <summary>Whether trainers send bfloat16, with error feedback.</summary>
    [Id(7)]
    public bool BFloat16 { get; init; }

    /// <summary>Trainers at most; 0 for all that are free.</summary>
    [Id(8)]
    public int MaxTrainers { get; init; }

    /// <summary>The validation's loss that ends a stage early when it no longer falls; null for none.</summary>
    [Id(9)]
    public string? StopMetric { get; init; }

    /// <summary>Validations in turn without a new lowest value that end the stage.</summary>
    [Id(10)]
    public int StopPatience { get; init; } = 3;

    /// <summary>Trainers that must be there before the first round; later fewer are enough.</summary>
    [Id(11)]
    public int MinTrainers { get; init; } = 1;
}
