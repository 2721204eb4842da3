using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat.Journal;

/// <summary>
/// What makes a chat turn happen once: a session's records in the order they were acknowledged, in the store and not in memory. An activation
/// opens the journal, which gives it an epoch; whatever it then writes is one atomic script that checks the epoch and the place, so that of
/// any number of activations only the last to open can write. When the store fails, nothing changes here and the journal must be opened
/// again: that shows whether the last change happened.
/// </summary>
public sealed class TurnJournal : IDisposable
{
    private const int MostAttempts = 1000;

    private readonly IDatabase _database;
    private readonly JournalOptions _options;
    private readonly JournalStorage _storage;
    private readonly JournalReader _reader;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private JournalHead? _head;
    private byte[] _headBytes = [];
    private DedupeWindow _window = new();

    /// <param name="database">The store; its timeout bounds every call.</param>
    /// <param name="session">The one session that this instance is for.</param>
    /// <param name="options">Limits; the defaults when null.</param>
    /// <param name="clock">Dates accepted turns; the system's when null.</param>
    public TurnJournal(IDatabase database, SessionKey session, JournalOptions? options = null, TimeProvider? clock = null)
    {
        (_database, Session, _options, _clock) = (database, session, options ?? new JournalOptions(), clock ?? TimeProvider.System);
        _storage = new JournalStorage(database, session, _options);
        _reader = new JournalReader(_storage, session, _options);
    }

    /// <summary>The session.</summary>
    public SessionKey Session { get; }

    /// <summary>What this instance knows.</summary>
    public JournalState State { get; private set; }

    /// <summary>This instance's epoch; 0 before it was opened.</summary>
    public long Epoch => _head?.Epoch ?? 0;

    /// <summary>The sequence number of the next record, as last confirmed.</summary>
    public long NextSequence => _head?.Next ?? 0;

    /// <summary>Accepted turns, as last confirmed.</summary>
    public long TurnCount => _head?.Turns ?? 0;

    /// <summary>Makes the session and opens it. Making it again with the same record opens it, so that a lost acknowledgement costs nothing.</summary>
    /// <exception cref="SessionExistsException">It was made with another record.</exception>
    /// <exception cref="SessionDeletedException">It was deleted.</exception>
    /// <exception cref="StoreException">The store did not confirm it.</exception>
    public Task<JournalContents> CreateAsync(ReadOnlyMemory<byte> sessionRecord, CancellationToken cancellationToken = default) =>
        AloneAsync(async () =>
        {
            var first = new NewRecord(RecordKind.Session, TurnId.None, sessionRecord);
            JournalRules.RequireSize([first], _options);
            var head = new JournalHead(1, 1, 0, 0, Now());
            var (headBytes, record) = (head.Encode(_storage.Name), RecordFormat.Encode(_storage.Name, 0, 1, first));
            if (await _storage.CreateAsync(headBytes, [record], cancellationToken) is { } stored)
            {
                JournalRules.RequireSame(Session, _storage.Name, stored, [first]);
                return (await OpenCoreAsync(cancellationToken))!;
            }

            Know(head, headBytes, new DedupeWindow());
            return Contents([RecordFormat.Decode(Session, _storage.Name, 0, record)]);
        }, cancellationToken);

    /// <summary>Takes the session over from whoever had it, and reads everything back.</summary>
    /// <param name="mustExist">Whether the session is known to have been made.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null where there is no such session and <paramref name="mustExist"/> is false.</returns>
    /// <exception cref="StateDamagedException">Its state is missing or damaged; it is left as it is.</exception>
    /// <exception cref="SessionDeletedException">It was deleted.</exception>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<JournalContents?> OpenAsync(bool mustExist = true, CancellationToken cancellationToken = default) =>
        AloneAsync(async () => await OpenCoreAsync(cancellationToken) ?? (mustExist ? throw StateDamagedException.Lost(Session) : null), cancellationToken);

    /// <summary>Reads everything back and takes nothing over, of a store that takes no writes.</summary>
    /// <returns>Null where there is no such session.</returns>
    /// <exception cref="StateDamagedException">Its state is damaged.</exception>
    /// <exception cref="SessionDeletedException">It was deleted.</exception>
    /// <exception cref="StoreException">The store did not answer.</exception>
    public Task<JournalContents?> ViewAsync(CancellationToken cancellationToken = default) =>
        AloneAsync(
            async () => await _reader.ReadAllAsync([], cancellationToken) is not { } whole ? null
                : new JournalContents(whole.Head.Epoch, whole.Head.Turns, DateTimeOffset.FromUnixTimeMilliseconds(whole.Head.CreatedAt), whole.Records),
            cancellationToken);

    /// <summary>Begins a turn, unless the key was used before: within a day, and within the latest thousand.</summary>
    /// <param name="idempotencyKey">The caller's name for the request, 1 to 255 visible ASCII characters.</param>
    /// <param name="requestHash">SHA-256 of the request's body.</param>
    /// <param name="payload">The request, as the turn's first record.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent may still happen.</param>
    /// <exception cref="StaleEpochException">Another activation has the session.</exception>
    /// <exception cref="StoreException">The store did not confirm it: open again and ask again.</exception>
    public Task<AcceptedTurn> AcceptTurnAsync(
        string idempotencyKey, ReadOnlyMemory<byte> requestHash, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        AloneAsync(async () =>
        {
            JournalRules.RequireKey(idempotencyKey, requestHash);
            var head = RequireOpen();
            if (Known(idempotencyKey, requestHash) is { } known)
            {
                return known;
            }

            var (now, oldest) = (Now(), Oldest());
            var entry = new DedupeEntry(TurnId.Of(Session, idempotencyKey, head.Turns), head.Next, now, requestHash.ToArray());
            var forgotten = _window.Outdated(idempotencyKey, oldest, _options.WindowCount);
            var next = head with { Next = head.Next + 1, Turns = head.Turns + 1, WindowCount = _window.CountAfter(idempotencyKey, forgotten) };
            NewRecord[] records = [new NewRecord(RecordKind.Accepted, entry.Turn, payload)];
            JournalRules.RequireSize(records, _options);
            await CommitAsync(next, records, (idempotencyKey, entry.Encode(_storage.Name, idempotencyKey), forgotten), cancellationToken);
            _window.Remove([.. forgotten, idempotencyKey]); // this one's time was over, if it was there
            _window.TryAdd(idempotencyKey, entry);
            return new AcceptedTurn(AcceptOutcome.New, entry.Turn, entry.Sequence);
        }, cancellationToken);

    /// <summary>The turn that a key began, by the rules of <see cref="AcceptTurnAsync"/>; null where it is still to begin one.</summary>
    /// <param name="idempotencyKey">The caller's name for the request.</param>
    /// <param name="requestHash">SHA-256 of the request's body.</param>
    public Task<AcceptedTurn?> FindTurnAsync(string idempotencyKey, ReadOnlyMemory<byte> requestHash) =>
        AloneAsync(
            () =>
            {
                _ = RequireOpen();
                return Task.FromResult(Known(idempotencyKey, requestHash));
            },
            CancellationToken.None);

    /// <summary>Appends records, all or none. Appending the same ones at the same place again, even under a later epoch, succeeds and changes nothing.</summary>
    /// <param name="epoch">The writer's epoch.</param>
    /// <param name="expectedNext">Where the first one goes.</param>
    /// <param name="records">Any kind but those that the journal writes itself.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent may still happen.</param>
    /// <returns>The sequence number after the last of them.</returns>
    /// <exception cref="StaleEpochException">Another activation has the session.</exception>
    /// <exception cref="SequenceConflictException">Something else is stored there, or there is a gap.</exception>
    /// <exception cref="StoreException">The store did not confirm it: open again.</exception>
    public Task<long> AppendAsync(long epoch, long expectedNext, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken = default) =>
        AloneAsync(async () =>
        {
            JournalRules.RequireAppendable(records, _options);
            var head = RequireOpen();
            if (epoch != head.Epoch)
            {
                throw new StaleEpochException(Session, epoch, head.Epoch);
            }

            if (expectedNext == head.Next)
            {
                await CommitAsync(head with { Next = head.Next + records.Count }, records, null, cancellationToken);
            }
            else
            {
                await RequireStoredAsync(head, expectedNext, records, cancellationToken);
            }

            return expectedNext + records.Count;
        }, cancellationToken);

    /// <summary>Reads some records; needs no epoch, and changes nothing here.</summary>
    /// <param name="fromSequence">The first one.</param>
    /// <param name="max">How many at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateDamagedException">There is no such session, or it is damaged.</exception>
    /// <exception cref="SessionDeletedException">It was deleted.</exception>
    public Task<IReadOnlyList<JournalRecord>> ReadAsync(long fromSequence, int max, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromSequence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        return _reader.ReadAsync(fromSequence, max, cancellationToken);
    }

    /// <summary>Deletes the session, whoever has it and even when it is damaged; its id is known as deleted from then on.</summary>
    /// <param name="knownFor">How long the id is known as deleted; null for ever.</param>
    /// <param name="cancellationToken">Ends the wait; what was sent may still happen.</param>
    /// <returns>Whether there was a session to delete.</returns>
    public Task<bool> DeleteAsync(TimeSpan? knownFor = null, CancellationToken cancellationToken = default) =>
        AloneAsync(async () =>
        {
            var isNew = await _storage.DeleteAsync(knownFor, cancellationToken);
            State = JournalState.Deleted;
            return isNew;
        }, cancellationToken);

    /// <summary>
    /// Makes another session of this one's first records and a last one that says where they come from. Idempotency keys stay here. Asking
    /// again with the same arguments succeeds and changes nothing. Needs no epoch.
    /// </summary>
    /// <param name="target">The new session.</param>
    /// <param name="upTo">How many records it gets.</param>
    /// <param name="origin">Payload of its <see cref="RecordKind.Forked"/> record.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="SessionExistsException">The new session exists with other records.</exception>
    public Task ForkAsync(SessionKey target, long upTo, ReadOnlyMemory<byte> origin, CancellationToken cancellationToken = default) =>
        new JournalFork(_reader, new JournalStorage(_database, target, _options), target, _options).MakeAsync(upTo, origin, Now(), cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // One at a time: each builds on the head that the one before left.
    private async Task<T> AloneAsync<T>(Func<Task<T>> action, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await action();
        }
        catch (Exception problem) when (problem is StoreException or StateDamagedException or OperationCanceledException)
        {
            State = State is JournalState.Open ? JournalState.Unknown : State;
            throw;
        }
        catch (StaleEpochException problem) when (problem.Current > Epoch)
        {
            State = JournalState.Fenced;
            throw;
        }
        catch (SessionDeletedException)
        {
            State = JournalState.Deleted;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<JournalContents?> OpenCoreAsync(CancellationToken cancellationToken)
    {
        State = JournalState.Closed;
        var records = new List<JournalRecord>();
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (await _reader.ReadAllAsync(records, cancellationToken) is not { } whole)
            {
                return null;
            }

            // The head is still the one that was read, so nothing else has changed either.
            var head = whole.Head with { Epoch = whole.Head.Epoch + 1, WindowCount = whole.Window.Count };
            var headBytes = head.Encode(_storage.Name);
            if (await _storage.TakeAsync(whole.HeadBytes, headBytes, head.Next, whole.Leftovers, cancellationToken))
            {
                Know(head, headBytes, whole.Window);
                return Contents(whole.Records);
            }
        }

        throw new StoreException($"The session {Session} was changed by others during each of {MostAttempts} attempts to open it.");
    }

    private async Task CommitAsync(
        JournalHead next, IReadOnlyList<NewRecord> records, (string Key, byte[] Entry, IReadOnlyList<string> Forgotten)? window, CancellationToken cancellationToken)
    {
        var (from, headBytes) = (_head!.Next, next.Encode(_storage.Name));
        var answer = await _storage.CommitAsync(_headBytes, headBytes, from, Encoded(from, records), window, cancellationToken);
        if (!answer.IsDone)
        {
            throw Refused(answer);
        }

        (_head, _headBytes) = (next, headBytes);
    }

    // No head has no bytes, so the script changes nothing and answers with what is there.
    private async Task RequireStoredAsync(JournalHead head, long from, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken)
    {
        if (from < 0 || from + records.Count > head.Next)
        {
            throw new SequenceConflictException(Session, from, head.Next);
        }

        var answer = await _storage.CommitAsync([], [], from, Encoded(from, records), null, cancellationToken);
        if (answer.Head is null || !answer.Head.AsSpan().SequenceEqual(_headBytes))
        {
            throw Refused(answer);
        }

        var isSame = answer.Stored.Length == records.Count
            && answer.Stored.Select((bytes, i) => RecordFormat.IsSame(RecordFormat.Decode(Session, _storage.Name, from + i, bytes), records[i])).All(same => same);
        if (!isSame)
        {
            throw new SequenceConflictException(Session, from, head.Next);
        }
    }

    private Exception Refused(JournalStorage.CommitAnswer answer)
    {
        if (answer.Head is null)
        {
            return StateDamagedException.Lost(Session);
        }

        var stored = JournalHead.Decode(Session, _storage.Name, answer.Head);
        return stored.Epoch == Epoch && answer.Total != stored.Next
            ? StateDamagedException.Damaged(Session, $"the head says {stored.Next} records, and there are {answer.Total}")
            : new StaleEpochException(Session, Epoch, stored.Epoch);
    }

    private byte[][] Encoded(long from, IReadOnlyList<NewRecord> records) =>
        [.. records.Select((record, i) => RecordFormat.Encode(_storage.Name, from + i, Epoch, record))];

    private void Know(JournalHead head, byte[] headBytes, DedupeWindow window) => (_head, _headBytes, _window, State) = (head, headBytes, window, JournalState.Open);

    private JournalContents Contents(IReadOnlyList<JournalRecord> records) =>
        new(Epoch, TurnCount, DateTimeOffset.FromUnixTimeMilliseconds(_head!.CreatedAt), records);

    private AcceptedTurn? Known(string idempotencyKey, ReadOnlyMemory<byte> requestHash) => _window.Find(idempotencyKey, Oldest()) is not { } known ? null
        : new AcceptedTurn(known.RequestHash.Span.SequenceEqual(requestHash.Span) ? AcceptOutcome.Existing : AcceptOutcome.Conflict, known.Turn, known.Sequence);

    private long Oldest() => Now() - (long)_options.WindowAge.TotalMilliseconds;

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private JournalHead RequireOpen() => State switch
    {
        JournalState.Open => _head!,
        JournalState.Deleted => throw new SessionDeletedException(Session),
        _ => throw new JournalNotOpenException(Session, State),
    };
}
