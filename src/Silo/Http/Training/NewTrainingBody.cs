using System.Text.Json;

namespace MmiGrains.Silo.Http.Training;

/// <summary>A training job that is asked for. What has a default is settable: the JSON reader that is generated forgets defaults of others.</summary>
internal sealed record NewTrainingBody
{
    /// <summary>The recipe, as a file of <c>mmi train</c> has it; its paths lead from the silo's folder for training.</summary>
    public required JsonElement Recipe { get; init; }

    /// <summary>Steps from one exchange to the next.</summary>
    public int InnerSteps { get; set; } = 1;

    /// <summary>With several inner steps: replicas.</summary>
    public int Replicas { get; set; } = 2;

    /// <summary>Learning rate of the outer step.</summary>
    public double OuterRate { get; set; } = 0.7;

    /// <summary>Nesterov momentum of the outer step.</summary>
    public double OuterMomentum { get; set; } = 0.9;

    /// <summary>Whether trainers send bfloat16.</summary>
    public bool ExchangeBf16 { get; set; }

    /// <summary>Trainers before the first round.</summary>
    public int MinTrainers { get; set; } = 1;

    /// <summary>Trainers at most; 0 for all that are free.</summary>
    public int MaxTrainers { get; set; }

    /// <summary>The validation's loss that ends a stage early.</summary>
    public string? StopMetric { get; set; }

    /// <summary>Validations in turn without a new lowest value that do so.</summary>
    public int StopPatience { get; set; } = 3;
}
