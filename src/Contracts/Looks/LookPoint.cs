namespace MmiGrains.Contracts.Looks;

/// <summary>A point of an image that the model looked at.</summary>
/// <param name="X">Column, 0 to 1 spanning the picture as it was given.</param>
/// <param name="Y">Row, likewise.</param>
/// <param name="Level">Index of the feature level, the finest first.</param>
/// <param name="Weight">Share of everything that was looked at.</param>
[GenerateSerializer, Immutable, Alias("mmi.LookPoint")]
public readonly record struct LookPoint([property: Id(0)] float X, [property: Id(1)] float Y, [property: Id(2)] int Level, [property: Id(3)] float Weight);
