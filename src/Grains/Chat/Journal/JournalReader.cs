using System.Text;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Reads a session from the store and checks that it is whole: nothing missing, nothing added, every byte as it was written.</summary>
internal sealed class JournalReader(JournalStorage storage, SessionKey session, JournalOptions options)
{
    /// <summary>All records up to the end, and what goes with them.</summary>
    public sealed record Whole(byte[] HeadBytes, JournalHead Head, IReadOnlyList<JournalRecord> Records, DedupeWindow Window);

    /// <summary>Reads everything after what is known already.</summary>
    /// <param name="known">Records that were read before, in order; grows.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there is nothing of the session at all.</returns>
    /// <exception cref="StateDamagedException">What there is does not fit together.</exception>
    public async Task<Whole?> ReadAllAsync(List<JournalRecord> known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await storage.ReadAsync(known.Count, options.PageRecords, cancellationToken);
            if (page.Head.Length == 0)
            {
                return page.Total == 0 && page.Window.Count == 0 && known.Count == 0 ? null : throw StateDamagedException.Lost(session);
            }

            var head = Head(page);
            Add(known, page.Records, head);
            if (known.Count == head.Next)
            {
                return new Whole(page.Head, head, known, Check(head, known, page.Window));
            }

            if (page.Records.Length == 0)
            {
                throw StateDamagedException.Damaged(session, $"the head says {head.Next} records, and {known.Count} can be read");
            }
        }
    }

    /// <summary>Some records from a place on.</summary>
    /// <exception cref="StateDamagedException">There is no session, or what there is does not fit together.</exception>
    public async Task<IReadOnlyList<JournalRecord>> ReadAsync(long from, int max, CancellationToken cancellationToken)
    {
        var records = new List<JournalRecord>();
        while (records.Count < max)
        {
            var page = await storage.ReadAsync(from + records.Count, Math.Min(options.PageRecords, max - records.Count), cancellationToken);
            if (page.Head.Length == 0)
            {
                throw StateDamagedException.Lost(session);
            }

            var head = Head(page);
            foreach (var bytes in page.Records)
            {
                records.Add(Record(from + records.Count, bytes, head));
            }

            if (page.Records.Length == 0 || from + records.Count == head.Next)
            {
                break;
            }
        }

        return records;
    }

    private JournalHead Head(JournalStorage.Page page)
    {
        var head = JournalHead.Decode(session, storage.Name, page.Head);
        return head.Next == page.Total ? head : throw StateDamagedException.Damaged(session, $"the head says {head.Next} records, and there are {page.Total}");
    }

    private void Add(List<JournalRecord> known, byte[][] stored, JournalHead head)
    {
        foreach (var bytes in stored)
        {
            var record = Record(known.Count, bytes, head);
            if (known.Count > 0 && record.Epoch < known[^1].Epoch)
            {
                throw StateDamagedException.Damaged(session, $"record {record.Sequence} has epoch {record.Epoch} after epoch {known[^1].Epoch}");
            }

            known.Add(record);
        }
    }

    private JournalRecord Record(long sequence, byte[] bytes, JournalHead head)
    {
        var record = RecordFormat.Decode(session, storage.Name, sequence, bytes);
        return record.Epoch <= head.Epoch && (sequence == 0) == (record.Kind == RecordKind.Session)
            ? record
            : throw StateDamagedException.Damaged(session, $"record {sequence} of kind {record.Kind} and epoch {record.Epoch} does not fit a head of epoch {head.Epoch}");
    }

    private DedupeWindow Check(JournalHead head, List<JournalRecord> records, IReadOnlyList<(byte[] Key, byte[] Entry)> stored)
    {
        var turns = records.Count(record => record.Kind == RecordKind.Accepted);
        if (turns != head.Turns || stored.Count != head.WindowCount)
        {
            throw StateDamagedException.Damaged(
                session, $"the head says {head.Turns} turns and {head.WindowCount} idempotency keys, and there are {turns} and {stored.Count}");
        }

        var window = new DedupeWindow();
        foreach (var (key, bytes) in stored)
        {
            var entry = DedupeEntry.Decode(session, storage.Name, key, bytes);
            var isFitting = entry.Sequence >= 0 && entry.Sequence < records.Count && records[(int)entry.Sequence] is { Kind: RecordKind.Accepted } record && record.Turn == entry.Turn;
            if (!isFitting || !window.TryAdd(Encoding.UTF8.GetString(key), entry))
            {
                throw StateDamagedException.Damaged(session, $"an idempotency key points to record {entry.Sequence}, which did not accept its turn");
            }
        }

        return window;
    }
}
