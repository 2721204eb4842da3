using MmiGrains.Contracts.Training;
using MmiGrains.Silo.Http.Sessions;

namespace MmiGrains.Silo.Http.Training;

/// <summary>How a training job stands.</summary>
internal sealed record TrainingJobBody(
    string Id, string State, long Step, long TotalSteps, string Stage, string? Message, IReadOnlyList<string> Trainers, IReadOnlyList<TrainingCheckpointBody> Checkpoints,
    DateTimeOffset Created, DateTimeOffset? Ended, string? Model, long Repeats)
{
    public static TrainingJobBody Of(TrainingJobInfo info) => new(
        info.JobId, Words.Of(info.Phase), info.Step, info.TotalSteps, info.Stage, info.Message, info.Trainers,
        [.. info.Checkpoints.Select(checkpoint => new TrainingCheckpointBody(checkpoint.Hash, checkpoint.Step))], info.Created, info.Ended, info.Model, info.Repeats);
}

/// <summary>A checkpoint.</summary>
internal sealed record TrainingCheckpointBody(string Hash, long Step);

/// <summary>A tenant's jobs, newest first.</summary>
internal sealed record TrainingJobListBody(IReadOnlyList<TrainingJobBody> Jobs);

/// <summary>Numbers of a step.</summary>
internal sealed record TrainingMetricBody(long Step, string Stage, string Split, IReadOnlyDictionary<string, double> Values)
{
    public static TrainingMetricBody Of(TrainingMetric metric) => new(metric.Step, metric.Stage, metric.Split, metric.Values);
}
