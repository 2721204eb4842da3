namespace MmiGrains.Model.Scenes;

/// <summary>What a scene's objects lie on.</summary>
/// <param name="Kind">How its colours are laid out.</param>
/// <param name="First">Its colour, or the first of two.</param>
/// <param name="Second">Another colour; null when <paramref name="Kind"/> is plain.</param>
public sealed record Background(BackgroundKind Kind, BackgroundColour First, BackgroundColour? Second = null);
