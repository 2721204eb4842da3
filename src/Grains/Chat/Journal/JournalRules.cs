namespace MmiGrains.Grains.Chat.Journal;

/// <summary>What callers of a journal may ask for; each refusal names the limit and the value.</summary>
internal static class JournalRules
{
    private const int LongestKey = 255;

    public static void RequireAppendable(IReadOnlyList<NewRecord> records, JournalOptions options)
    {
        if (records.Count == 0 || records.Count > options.MaxAppendRecords)
        {
            throw new ArgumentException($"An append takes 1 to {options.MaxAppendRecords} records; this one has {records.Count}.", nameof(records));
        }

        if (records.FirstOrDefault(record => record.Kind is RecordKind.Session or RecordKind.Accepted or RecordKind.Forked or 0) is { } wrong)
        {
            throw new ArgumentException($"A record of kind {wrong.Kind} is not appended; the journal writes it itself.", nameof(records));
        }

        RequireSize(records, options);
    }

    public static void RequireSize(IReadOnlyList<NewRecord> records, JournalOptions options)
    {
        if (records.Max(record => record.Payload.Length) is var largest && largest > options.MaxPayloadBytes)
        {
            throw new ArgumentException($"A record's payload has at most {options.MaxPayloadBytes} bytes; this one has {largest}.", nameof(records));
        }

        if (records.Sum(record => (long)record.Payload.Length) is var sum && sum > options.MaxAppendBytes)
        {
            throw new ArgumentException($"The payloads written together have at most {options.MaxAppendBytes} bytes; these have {sum}.", nameof(records));
        }
    }

    public static void RequireKey(string key, ReadOnlyMemory<byte> hash)
    {
        if (key is null || key.Length is 0 or > LongestKey || key.Any(letter => letter is <= ' ' or > '~'))
        {
            throw new ArgumentException($"An idempotency key must be 1 to {LongestKey} visible ASCII characters; this one has {key?.Length ?? 0}.", nameof(key));
        }

        if (hash.Length != DedupeEntry.HashSize)
        {
            throw new ArgumentException($"A request's hash must have {DedupeEntry.HashSize} bytes; this one has {hash.Length}.", nameof(hash));
        }
    }

    /// <exception cref="SessionExistsException">What is stored begins with other records.</exception>
    public static void RequireSame(SessionKey session, ReadOnlySpan<byte> name, byte[][] stored, IReadOnlyList<NewRecord> records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            if (i >= stored.Length || !RecordFormat.IsSame(RecordFormat.Decode(session, name, i, stored[i]), records[i]))
            {
                throw new SessionExistsException(session);
            }
        }
    }
}
