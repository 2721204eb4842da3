namespace MmiGrains.Contracts.Training;

/// <summary>What a trainer that asks for a range gets.</summary>
/// <param name="Kind">What.</param>
/// <param name="Lease">The range, from 0.</param>
[GenerateSerializer, Immutable, Alias("mmi.LeaseAnswer")]
public sealed record LeaseAnswer([property: Id(0)] LeaseAnswerKind Kind, [property: Id(1)] int Lease = -1);
