namespace MmiGrains.Model.Weights;

/// <summary>A checkpoint that does not fit the model. The message names the file, and what is missing, left over, or of another shape.</summary>
public sealed class CheckpointMismatchException(string message) : Exception(message);
