namespace MmiGrains.Model.Interleaved;

/// <summary>A configuration that cannot be used. The message is one sentence that names the file or preset, the field, the limit and the value.</summary>
public sealed class ConfigException(string message) : Exception(message);
