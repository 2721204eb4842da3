namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Another activation has opened the session since; only it may write.</summary>
/// <param name="session">The session.</param>
/// <param name="epoch">The epoch of the one that was refused.</param>
/// <param name="current">The epoch in the store.</param>
public sealed class StaleEpochException(SessionKey session, long epoch, long current)
    : Exception($"The session {session} is owned by epoch {current}; epoch {epoch} may not write.")
{
    /// <summary>The epoch of the one that was refused.</summary>
    public long Epoch { get; } = epoch;

    /// <summary>The epoch in the store.</summary>
    public long Current { get; } = current;
}
