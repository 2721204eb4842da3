namespace MmiGrains.Grains.Chat.Journal;

/// <summary>The journal cannot write in the state it is in; it must be opened (again).</summary>
public sealed class JournalNotOpenException(SessionKey session, JournalState state) : Exception($"The journal of the session {session} is {state}; it must be opened before it can write.")
{
    /// <summary>The state it is in.</summary>
    public JournalState State { get; } = state;
}
