using System.Text.Json.Nodes;

namespace MmiGrains.Model.Training;

/// <summary>Where a run stands, as its checkpoint's <c>state.json</c> says; tensors lie beside it.</summary>
public sealed record TrainingCheckpoint
{
    /// <summary>Steps of all stages.</summary>
    public long Step { get; init; }

    /// <summary>Index of the stage that goes on.</summary>
    public int Stage { get; init; }

    /// <summary>Steps made in that stage; 0 before its first.</summary>
    public long StageStep { get; init; }

    /// <summary>Where the next step's data begins; null for the stage's beginning.</summary>
    public JsonNode? Data { get; init; }

    /// <summary>Seconds of training so far, in all sittings.</summary>
    public double Seconds { get; init; }
}
