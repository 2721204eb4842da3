namespace MmiGrains.Grains.Chat.Journal;

/// <summary>An append names a place that is not the end, and what is stored there is not the same.</summary>
/// <param name="session">The session.</param>
/// <param name="expected">The sequence number that the append named.</param>
/// <param name="next">The next one in the store.</param>
public sealed class SequenceConflictException(SessionKey session, long expected, long next)
    : Exception(expected > next
        ? $"The session {session} has {next} records; an append at {expected} would leave a gap."
        : $"The session {session} has {next} records, and those at {expected} are not the ones to append.")
{
    /// <summary>The sequence number that the append named.</summary>
    public long Expected { get; } = expected;

    /// <summary>The next one in the store.</summary>
    public long Next { get; } = next;
}
