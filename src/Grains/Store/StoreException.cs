namespace MmiGrains.Grains.Store;

/// <summary>The store cannot be used, or did not answer. The message is one sentence that names the setting or place and the value.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
