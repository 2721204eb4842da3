namespace MmiGrains.Model.Training;

/// <summary>Told how a run goes on.</summary>
public interface ITrainingObserver
{
    /// <summary>A stage begins or goes on.</summary>
    void StageBegins(TrainingStage stage, long stageStep);

    /// <summary>A step was made.</summary>
    void Stepped(TrainingProgress progress);

    /// <summary>A validation was made.</summary>
    void Validated(long step, IReadOnlyDictionary<string, double> losses);

    /// <summary>Something worth a line: a checkpoint, a skipped sample.</summary>
    void Noted(string message);
}
