namespace MmiGrains.Grains.Chat.Journal;

/// <summary>What an instance of <see cref="TurnJournal"/> knows of its session.</summary>
public enum JournalState
{
    /// <summary>Nothing yet.</summary>
    Closed,

    /// <summary>All of it: the instance may write.</summary>
    Open,

    /// <summary>The store failed or did not answer, so the last change may or may not have happened. It must be opened again.</summary>
    Unknown,

    /// <summary>Another activation has opened the session since.</summary>
    Fenced,

    /// <summary>The session is deleted.</summary>
    Deleted,
}
