using System.Text.Json;

namespace MmiGrains.Silo.Http.Training;

/// <summary>A training job that is asked for.</summary>
internal sealed record NewTrainingBody
{
    /// <summary>The recipe, as a file of <c>mmi train</c> has it; its paths lead from the silo's folder for training.</summary>
    public required JsonElement Recipe { get; init; }

    /// <summary>Steps from one exchange to the next.</summary>
    public int InnerSteps { get; init; } = 1;

    /// <summary>With several inner steps: replicas.</summary>
    public int Replicas { get; init; } = 2;

    /// <summary>Learning rate of the outer step.</summary>
    public double OuterRate { get; init; } = 0.7;

    /// <summary>Nesterov momentum of the outer step.</summary>
    public double OuterMomentum { get; init; } = 0.9;

    /// <summary>Whether trainers send bfloat16.</summary>
    public bool ExchangeBf16 { get; init; }

    /// <summary>Trainers before the first round.</summary>
    public int MinTrainers { get; init; } = 1;

    /// <summary>Trainers at most; 0 for all that are free.</summary>
    public int MaxTrainers { get; init; }

    /// <summary>The validation's loss that ends a stage early.</summary>
    public string? StopMetric { get; init; }

    /// <summary>Validations in turn without a new lowest value that do so.</summary>
    public int StopPatience { get; init; } = 3;
}
