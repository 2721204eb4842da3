namespace MmiGrains.Contracts.Training;

/// <summary>What a trainer has and how far that is.</summary>
/// <param name="Job">The job that has it; null for none.</param>
/// <param name="Task">The last task.</param>
/// <param name="State">How that goes.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainerStatus")]
public sealed record TrainerStatus([property: Id(0)] string? Job, [property: Id(1)] RoundId Task, [property: Id(2)] TrainerTaskState State)
{
    /// <summary>Why it failed, in one sentence.</summary>
    [Id(3)]
    public string? Problem { get; init; }

    /// <summary>Index of the stage that goes on; the number of stages after the last.</summary>
    [Id(4)]
    public int Stage { get; init; }

    /// <summary>Steps made in that stage.</summary>
    [Id(5)]
    public long StageStep { get; init; }

    /// <summary>Steps of all stages.</summary>
    [Id(6)]
    public long Step { get; init; }

    /// <summary>Leases of a round.</summary>
    [Id(7)]
    public int Leases { get; init; }

    /// <summary>Numbers that a round or a validation came to.</summary>
    [Id(8)]
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>The checkpoint that was written.</summary>
    [Id(9)]
    public TrainingCheckpointInfo? Checkpoint { get; init; }

    /// <summary>The model's folder that was made.</summary>
    [Id(10)]
    public string? Model { get; init; }

    /// <summary>Whether it has the job's model.</summary>
    [Id(11)]
    public bool HasModel { get; init; }
}
