namespace MmiGrains.Contracts.Workers;

/// <summary>What one image is painted from: the resampled context features.</summary>
/// <param name="Values">Tokens by width, flat.</param>
[GenerateSerializer, Immutable, Alias("mmi.ImagePrompt")]
public sealed record ImagePrompt([property: Id(0)] float[] Values);
