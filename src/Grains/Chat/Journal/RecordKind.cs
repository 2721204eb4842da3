namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// What a record tells. The journal itself looks at the first two alone; the rest are its owner's words. Numbers are on disk: they are never
/// given a second meaning, and a kind that is unknown here was written by a later version.
/// </summary>
public enum RecordKind : byte
{
    /// <summary>The session's own record, always the first.</summary>
    Session = 1,

    /// <summary>A turn was accepted; the request.</summary>
    Accepted = 2,

    /// <summary>What the turn will be made with: model, seed, parameters.</summary>
    Planned = 3,

    /// <summary>A piece of the answer.</summary>
    Chunk = 4,

    /// <summary>An image of the answer is in the image store.</summary>
    Image = 5,

    /// <summary>The turn is complete.</summary>
    Committed = 6,

    /// <summary>The turn ended with an error.</summary>
    Failed = 7,

    /// <summary>The turn was cancelled.</summary>
    Cancelled = 8,

    /// <summary>The records before this one are another session's, of which this one is a fork.</summary>
    Forked = 9,

    /// <summary>Anything else about the session.</summary>
    Note = 10,
}
