namespace MmiGrains.Grains.Chat.Journal;

/// <summary>A session's stored state is missing or damaged. It is never taken for an empty session.</summary>
public sealed class StateDamagedException : Exception
{
    private StateDamagedException(string code, SessionKey session, string message, Exception? inner) : base(message, inner) => (Code, Session) = (code, session);

    /// <summary><c>state_lost</c> where there is nothing, <c>state_damaged</c> where what there is does not fit.</summary>
    public string Code { get; }

    /// <summary>The session.</summary>
    public SessionKey Session { get; }

    internal static StateDamagedException Lost(SessionKey session) =>
        new("state_lost", session, $"The session {session} was made, and its state is not in the store.", null);

    internal static StateDamagedException Damaged(SessionKey session, string problem, Exception? inner = null) =>
        new("state_damaged", session, $"The stored state of the session {session} is damaged: {problem}.", inner);
}
