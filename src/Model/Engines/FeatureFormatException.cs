namespace MmiGrains.Model.Engines;

/// <summary>A run of bytes is not an image's features; the message says what is wrong with it.</summary>
/// <param name="problem">What is wrong, as the end of a sentence.</param>
public sealed class FeatureFormatException(string problem) : Exception($"The bytes are not an image's features: {problem}.");
