namespace MmiGrains.Model.Inference;

/// <summary>An inference file that cannot be run. The message is one sentence that names the file, the sample, the field and the value.</summary>
public sealed class InferenceException(string message) : Exception(message);
