namespace MmiGrains.Contracts.Training;

/// <summary>Numbers of a piece of a vector: at most a million.</summary>
/// <param name="Bytes">Little-endian.</param>
/// <param name="IsBFloat16">Two bytes each instead of four.</param>
[GenerateSerializer, Immutable, Alias("mmi.PieceBytes")]
public sealed record PieceBytes([property: Id(0)] byte[] Bytes, [property: Id(1)] bool IsBFloat16);
