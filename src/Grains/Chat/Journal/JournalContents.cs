namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Everything in a journal at the time it was opened.</summary>
/// <param name="Epoch">The opener's own epoch: appends must name it.</param>
/// <param name="TurnCount">Accepted turns.</param>
/// <param name="CreatedAt">When the session was made.</param>
/// <param name="Records">All records, from 0 without a gap.</param>
public sealed record JournalContents(long Epoch, long TurnCount, DateTimeOffset CreatedAt, IReadOnlyList<JournalRecord> Records)
{
    /// <summary>The sequence number of the next record.</summary>
    public long NextSequence => Records.Count;
}
