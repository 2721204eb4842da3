namespace MmiGrains.Contracts.Looks;

/// <summary>Some characters of an answer.</summary>
/// <param name="Part">Index of a text among the answer's parts.</param>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="End">The unit after its last.</param>
[GenerateSerializer, Immutable, Alias("mmi.TextStretch")]
public sealed record TextStretch([property: Id(0)] int Part, [property: Id(1)] int Start, [property: Id(2)] int End);
