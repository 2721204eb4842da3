namespace MmiGrains.Grains.Training;

/// <summary>A job cannot go on: what failed would fail again.</summary>
internal sealed class JobFailedException(string message) : Exception(message);
