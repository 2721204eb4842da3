namespace MmiGrains.Grains.Chat.Journal;

/// <summary>The session was deleted; its id is not used again.</summary>
public sealed class SessionDeletedException(SessionKey session) : Exception($"The session {session} was deleted.");
