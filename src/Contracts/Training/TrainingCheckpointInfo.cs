namespace MmiGrains.Contracts.Training;

/// <summary>A checkpoint.</summary>
/// <param name="Hash">SHA-256 of its manifest: 64 hexadecimal digits that only this content has.</param>
/// <param name="Step">Steps made.</param>
/// <param name="Folder">Where it lies.</param>
[GenerateSerializer, Immutable, Alias("mmi.TrainingCheckpointInfo")]
public sealed record TrainingCheckpointInfo([property: Id(0)] string Hash, [property: Id(1)] long Step, [property: Id(2)] string Folder);
