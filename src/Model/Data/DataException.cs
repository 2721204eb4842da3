namespace MmiGrains.Model.Data;

/// <summary>Training data that cannot be used; the message names the file, the line and the field.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner);
