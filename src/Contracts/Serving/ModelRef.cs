namespace MmiGrains.Contracts.Serving;

/// <summary>A model that a cluster serves, or could.</summary>
/// <param name="Hash">SHA-256 of its manifest, or of its weights: 64 hexadecimal digits.</param>
/// <param name="Folder">Where every silo finds it; null for the one that each silo was started with.</param>
[GenerateSerializer, Immutable, Alias("mmi.ModelRef")]
public sealed record ModelRef([property: Id(0)] string Hash, [property: Id(1)] string? Folder);
