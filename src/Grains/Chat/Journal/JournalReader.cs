using System.Text;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// Reads a session from the store and checks that it is whole: nothing missing, nothing added, every byte as it was written. The head says
/// what counts; a change that a crash cut short, which nobody was told of, can have left a tail beyond it, and that is left out.
/// </summary>
internal sealed class JournalReader(JournalStorage storage, SessionKey session, JournalOptions options)
{
    /// <summary>All records up to the end, and what goes with them; and idempotency keys that are to be dropped.</summary>
    public sealed record Whole(byte[] HeadBytes, JournalHead Head, IReadOnlyList<JournalRecord> Records, DedupeWindow Window, IReadOnlyList<string> Leftovers);

    /// <summary>Reads everything after what is known already.</summary>
    /// <param name="known">Records that were read before, in order; grows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there is nothing of the session at all.</returns>
    /// <exception cref="StateDamagedException">What there is does not fit together.</exception>
    public async Task<Whole?> ReadAllAsync(List<JournalRecord> known, CancellationToken cancellationToken)
    {
        var tail = 0;
        while (true)
        {
            var page = await storage.ReadAsync(known.Count + tail, options.PageRecords, cancellationToken);
            if (page.Head is null)
            {
                return page.Total == 0 && page.Window.Count == 0 && known.Count == 0 ? null : throw StateDamagedException.Lost(session);
            }

            var head = Head(page);
            foreach (var bytes in page.Records)
            {
                var record = Record(known.Count + tail, bytes, head);
                if (record.Sequence < head.Next)
                {
                    Add(known, record);
                }
                else
                {
                    tail++;
                }
            }

            if (tail > options.MaxAppendRecords)
            {
                throw StateDamagedException.Damaged(session, $"there are {page.Total} records, and the head says {head.Next}");
            }

            if (known.Count + tail == page.Total)
            {
                var (window, leftovers) = Check(head, known, page.Window);
                return new Whole(page.Head, head, known, window, leftovers);
            }

            tail = known.Count < head.Next ? 0 : tail;
        }
    }

    /// <summary>Some records from a place on.</summary>
    /// <exception cref="StateDamagedException">There is no session, or what there is does not fit together.</exception>
    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(long from, int max, CancellationToken cancellationToken)
    {
        var records = new List<JournalRecord>();
        while (true)
        {
            var page = await storage.ReadAsync(from + records.Count, Math.Min(options.PageRecords, max - records.Count), cancellationToken);
            if (page.Head is null)
            {
                throw StateDamagedException.Lost(session);
            }

            var head = Head(page);
            foreach (var bytes in page.Records.Take((int)Math.Clamp(head.Next - from - records.Count, 0, int.MaxValue)))
            {
                records.Add(Record(from + records.Count, bytes, head));
            }

            if (records.Count >= max || from + records.Count >= head.Next)
            {
                return records;
            }
        }
    }

    private JournalHead Head(JournalStorage.Page page)
    {
        var head = JournalHead.Decode(session, storage.Name, page.Head);
        return page.Total >= head.Next ? head : throw StateDamagedException.Damaged(session, $"the head says {head.Next} records, and there are {page.Total}");
    }

    private void Add(List<JournalRecord> known, JournalRecord record)
    {
        if (known.Count > 0 && record.Epoch < known[^1].Epoch)
        {
            throw StateDamagedException.Damaged(session, $"record {record.Sequence} has epoch {record.Epoch} after epoch {known[^1].Epoch}");
        }

        known.Add(record);
    }

    // What lies beyond the head was written by the owner that the head names.
    private JournalRecord Record(long sequence, byte[] bytes, JournalHead head)
    {
        var record = RecordFormat.Decode(session, storage.Name, sequence, bytes);
        var isOfAnEpoch = sequence < head.Next ? record.Epoch <= head.Epoch : record.Epoch == head.Epoch;
        return isOfAnEpoch && (sequence == 0) == (record.Kind == RecordKind.Session)
            ? record
            : throw StateDamagedException.Damaged(session, $"record {sequence} of kind {record.Kind} and epoch {record.Epoch} does not fit a head of epoch {head.Epoch}");
    }

    // A change that was cut short can have left one entry for the next record, in the place of an outdated one, or the oldest that it was to drop.
    private (DedupeWindow Window, IReadOnlyList<string> Leftovers) Check(JournalHead head, List<JournalRecord> records, IReadOnlyList<(byte[] Key, byte[] Entry)> stored)
    {
        var turns = records.Count(record => record.Kind == RecordKind.Accepted);
        var entries = stored
            .Select(pair => (Key: Encoding.UTF8.GetString(pair.Key), Entry: DedupeEntry.Decode(session, storage.Name, pair.Key, pair.Entry)))
            .OrderByDescending(pair => pair.Entry.Sequence).ToList();
        var early = entries.TakeWhile(pair => pair.Entry.Sequence >= head.Next).ToList();
        var isUnfinished = early.Count == 1 && early[0].Entry.Sequence == head.Next;
        var missing = head.WindowCount - (entries.Count - early.Count);
        if (turns != head.Turns || (early.Count > 0 && !isUnfinished) || missing > early.Count)
        {
            throw StateDamagedException.Damaged(
                session, $"the head says {head.Turns} turns and {head.WindowCount} idempotency keys, and there are {turns} and {entries.Count}");
        }

        var window = new DedupeWindow();
        foreach (var (key, entry) in entries.Skip(early.Count))
        {
            var isFitting = entry.Sequence >= 0 && records[(int)entry.Sequence] is { Kind: RecordKind.Accepted } record && record.Turn == entry.Turn;
            if (!isFitting || !window.TryAdd(key, entry))
            {
                throw StateDamagedException.Damaged(session, $"an idempotency key points to record {entry.Sequence}, which did not accept its turn");
            }
        }

        string[] leftovers = [.. early.Concat(entries.Skip(early.Count + Math.Max(head.WindowCount, 0))).Select(pair => pair.Key)];
        window.Remove(leftovers);
        return (window, leftovers);
    }
}
