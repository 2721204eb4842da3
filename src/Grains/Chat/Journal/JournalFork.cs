namespace MmiGrains.Grains.Chat.Journal;

/// <summary>Makes a session of another one's beginning, in one piece.</summary>
internal sealed class JournalFork(JournalReader source, JournalStorage target, SessionKey targetKey, JournalOptions options)
{
    public async Task MakeAsync(long upTo, ReadOnlyMemory<byte> origin, long now, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(upTo);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(upTo, int.MaxValue);
        var beginning = await source.ReadAsync(0, (int)upTo, cancellationToken);
        if (beginning.Count < upTo)
        {
            throw new ArgumentOutOfRangeException(nameof(upTo), upTo, $"A fork of {upTo} records was asked for; the session has {beginning.Count}.");
        }

        NewRecord[] records =
        [
            .. beginning.Select(record => new NewRecord(record.Kind, record.Turn, record.Payload)),
            new NewRecord(RecordKind.Forked, TurnId.None, origin),
        ];
        JournalRules.RequireSize(records, options);
        var head = new JournalHead(1, records.Length, records.Count(record => record.Kind == RecordKind.Accepted), 0, now);
        byte[][] encoded = [.. records.Select((record, i) => RecordFormat.Encode(target.Name, i, 1, record))];
        if (await target.CreateAsync(head.Encode(target.Name), encoded, cancellationToken) is { } stored)
        {
            JournalRules.RequireSame(targetKey, target.Name, stored, records);
        }
    }
}
