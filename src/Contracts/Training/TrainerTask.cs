namespace MmiGrains.Contracts.Training;

/// <summary>Something that a job asks of a trainer.</summary>
/// <param name="Job">The job's key.</param>
/// <param name="Id">Which try; a newer one ends an older one.</param>
/// <param name="Kind">What.</param>
/// <param name="Spec">The job's.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainerTask")]
public sealed record TrainerTask([property: Id(0)] string Job, [property: Id(1)] RoundId Id, [property: Id(2)] TrainerTaskKind Kind, [property: Id(3)] TrainingJobSpec Spec)
{
    /// <summary>To attach: the trainer whose state is taken over; null to read the newest checkpoint.</summary>
    [Id(4)]
    public string? From { get; init; }

    /// <summary>Of a round: how many trainers make it.</summary>
    [Id(5)]
    public int Trainers { get; init; } = 1;

    /// <summary>Of a stage's end: whether this trainer writes the checkpoint.</summary>
    [Id(6)]
    public bool Writes { get; init; }

    /// <summary>Index of the stage that the trainer must stand in.</summary>
    [Id(7)]
    public int Stage { get; init; }

    /// <summary>Steps of that stage that it must have made: one that stands elsewhere is brought up first.</summary>
    [Id(8)]
    public long StageStep { get; init; }
}
