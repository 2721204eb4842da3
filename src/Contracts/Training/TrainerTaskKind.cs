namespace MmiGrains.Contracts.Training;

/// <summary>What a job asks of a trainer.</summary>
public enum TrainerTaskKind
{
    /// <summary>To load the model and where the run stands.</summary>
    Attach,

    /// <summary>To take part in a round.</summary>
    Round,

    /// <summary>To run the validation.</summary>
    Evaluate,

    /// <summary>To write a checkpoint.</summary>
    Checkpoint,

    /// <summary>To end the stage.</summary>
    EndStage,

    /// <summary>To make the model's folder.</summary>
    Finish,
}
