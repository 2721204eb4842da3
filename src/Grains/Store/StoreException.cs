namespace MmiGrains.Grains.Store;

/// <summary>The store cannot be used, or did not answer. The message is one sentence that names the setting or place and the value.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the store takes no writes, and may be read.</summary>
    public bool TakesNoWrites => IsDiskFull || Message.Contains("OOM command not allowed", StringComparison.Ordinal); // beyond maxmemory

    /// <summary>Whether it takes none since it could not write its log.</summary>
    public bool IsDiskFull => SaysDiskFull(Message);

    /// <summary>Whether a store says to a command that it could not write its log.</summary>
    public static bool SaysDiskFull(string message) => message.Contains("MISCONF", StringComparison.Ordinal);
}
