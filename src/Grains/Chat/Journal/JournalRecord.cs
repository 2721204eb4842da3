namespace MmiGrains.Grains.Chat.Journal;

/// <summary>A record to append.</summary>
/// <param name="Kind">What it tells.</param>
/// <param name="Turn">Of which turn; <see cref="TurnId.None"/> for the session as a whole.</param>
/// <param name="Payload">Bytes that the journal keeps and does not read.</param>
public sealed record NewRecord(RecordKind Kind, TurnId Turn, ReadOnlyMemory<byte> Payload);

/// <summary>A record of the journal, as it was stored.</summary>
/// <param name="Sequence">Its place, from 0.</param>
/// <param name="Epoch">The activation that wrote it.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Turn">Of which turn.</param>
/// <param name="Payload">Its owner's bytes.</param>
public sealed record JournalRecord(long Sequence, long Epoch, RecordKind Kind, TurnId Turn, ReadOnlyMemory<byte> Payload);
