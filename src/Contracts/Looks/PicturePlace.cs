namespace MmiGrains.Contracts.Looks;

/// <summary>A place in a picture.</summary>
/// <param name="X">Column, 0 to 1.</param>
/// <param name="Y">Row, 0 to 1.</param>
[GenerateSerializer, Immutable, Alias("mmi.PicturePlace")]
public sealed record PicturePlace([property: Id(0)] float X, [property: Id(1)] float Y);
