namespace MmiGrains.Grains.Chat.Journal;

/// <summary>A session of this id was made before, with another record.</summary>
public sealed class SessionExistsException(SessionKey session) : Exception($"The session {session} exists already.");
