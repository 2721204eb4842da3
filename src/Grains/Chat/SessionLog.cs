using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// A session's journal, and in memory what it says. They change together, one change at a time; whatever goes wrong in the store, what is in memory is no
/// longer known to be what is stored, and the session is lost here.
/// </summary>
/// <param name="key">Which session.</param>
/// <param name="journal">Its journal; disposed with this.</param>
/// <param name="names">Tell whether there must be something of it.</param>
/// <param name="logger">Told what went wrong.</param>
internal sealed class SessionLog(SessionKey key, TurnJournal journal, SessionNames names, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Called when the session is lost here, and whether somebody must see to it that it comes back.</summary>
    public Action<bool>? Lost { get; set; }

    /// <summary>What the journal says; null where there is no such session.</summary>
    public SessionState? State { get; private set; }

    /// <summary>Why the session cannot be read, though it was made; null where it can, or was not.</summary>
    public StateLostException? Damage { get; private set; }

    /// <summary>Whether nothing of it is stored: it may be made.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>Whether it was read from a store that takes no writes: it is not this activation's yet.</summary>
    public bool IsView { get; private set; }

    /// <summary>This activation's epoch.</summary>
    public long Epoch => journal.Epoch;

    /// <summary>Whether the store may hold more than is known here: it did not confirm a change.</summary>
    public bool IsInDoubt { get; private set; }

    /// <summary>Takes the session over from whoever had it.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Take(await OpenOrViewAsync(cancellationToken));
            IsAbsent = State is null;
            if (IsAbsent && await names.IsGivenAsync(key))
            {
                Damage = new StateLostException(StateDamagedException.Lost(key).Message);
            }
        }
        catch (SessionDeletedException)
        {
            // nothing is here, and every call says so
        }
        catch (StateDamagedException problem)
        {
            Damage = new StateLostException(problem.Message, problem.Code);
        }
        catch (StoreException problem)
        {
            throw Unavailable(problem);
        }
    }

    /// <summary>Takes over what was only read, now that the store may take writes again.</summary>
    public Task TakeOverAsync() => WriteAsync(() => Task.FromResult(true));

    /// <summary>Makes the session.</summary>
    /// <param name="opening">Its first record.</param>
    public Task CreateAsync(byte[] opening) => WriteAsync(async () =>
    {
        Take(await journal.CreateAsync(opening));
        (Damage, IsAbsent) = (null, false);
        return true;
    });

    /// <summary>Begins a turn, unless its key was used before.</summary>
    /// <param name="idempotencyKey">The caller's name for it.</param>
    /// <param name="hash">SHA-256 of what it says.</param>
    /// <param name="accepted">What it says.</param>
    /// <param name="begun">Called at once where it is new, before anyone sees it.</param>
    /// <exception cref="TurnConflictException">The key was used with another content.</exception>
    public Task<AcceptedTurn> AcceptAsync(string idempotencyKey, byte[] hash, TurnAccepted accepted, Action<TurnId> begun) => WriteAsync(async () =>
    {
        var turn = RequireSame(idempotencyKey, await journal.AcceptTurnAsync(idempotencyKey, hash, EventRecords.ToBytes(accepted)));
        if (turn.Outcome == AcceptOutcome.New)
        {
            State!.Apply(accepted with { Sequence = turn.Sequence, TurnId = turn.Turn.ToString() }, turn.Turn);
            begun(turn.Turn);
        }

        return turn;
    });

    /// <summary>The turn that a key began; null where it is still to begin one.</summary>
    /// <param name="idempotencyKey">The caller's name for it.</param>
    /// <param name="hash">SHA-256 of what it says.</param>
    /// <exception cref="TurnConflictException">The key was used with another content.</exception>
    public Task<AcceptedTurn?> FindAsync(string idempotencyKey, byte[] hash) => WriteAsync(async () =>
        await journal.FindTurnAsync(idempotencyKey, hash) is { } turn ? RequireSame(idempotencyKey, turn) : null);

    /// <summary>Appends events of a turn, and shows them.</summary>
    /// <returns>False where the turn has ended meanwhile: nothing is written.</returns>
    public Task<bool> CommitAsync(TurnId turn, IReadOnlyList<ChatEvent> events) => WriteAsync(async () =>
    {
        if (State?.Find(turn.ToString()) is not { State: TurnState.Running })
        {
            return false;
        }

        var first = journal.NextSequence;
        await journal.AppendAsync(journal.Epoch, first, [.. events.Select(e => EventRecords.ToRecord(e, turn))]);
        for (var i = 0; i < events.Count; i++)
        {
            State.Apply(events[i] with { Sequence = first + i, TurnId = turn.ToString() }, turn);
        }

        return true;
    });

    /// <summary>Copies the first records to another session of the same tenant.</summary>
    public Task ForkAsync(string session, long upTo) => WriteAsync(async () =>
    {
        await journal.ForkAsync(new SessionKey(key.Tenant, session), upTo, System.Text.Encoding.UTF8.GetBytes(key.ToString()));
        return true;
    });

    /// <summary>Deletes the session for good.</summary>
    /// <param name="markTime">How long it stays known that there was one; null for ever.</param>
    public async Task DeleteAsync(TimeSpan? markTime)
    {
        await WriteAsync(() => journal.DeleteAsync(markTime));
        Lost?.Invoke(false);
        (State, Damage) = (null, null);
    }

    /// <summary>What a caller is told of a store that did not do what it was asked.</summary>
    public static MmiException Unavailable(Exception problem) => problem switch
    {
        StoreException { IsDiskFull: true } => new StorageFullException(),
        StoreException { TakesNoWrites: true } => new CapacityExceededException("The store's memory is full: what is stored can be read, and nothing new is taken until there is room.", isPassing: true),
        _ => new CapacityExceededException($"The store did not answer: {problem.Message}", isPassing: true),
    };

    /// <inheritdoc/>
    public void Dispose() => journal.Dispose();

    private void Take(JournalContents? contents) => State = contents is null ? null : SessionState.Of(key, contents);

    private async Task<JournalContents?> OpenOrViewAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await journal.OpenAsync(mustExist: false, cancellationToken);
        }
        catch (StoreException problem) when (problem.TakesNoWrites)
        {
            IsView = true;
            return await journal.ViewAsync(cancellationToken);
        }
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> action)
    {
        await _writing.WaitAsync();
        try
        {
            if (IsView)
            {
                Take(await journal.OpenAsync(mustExist: false));
                IsView = false;
            }

            return await action();
        }
        catch (StaleEpochException)
        {
            Lost?.Invoke(false);
            throw new StreamBrokenException();
        }
        catch (SessionDeletedException)
        {
            Lost?.Invoke(false);
            throw new SessionNotFoundException(key.Session);
        }
        catch (StateDamagedException problem)
        {
            Lost?.Invoke(false);
            throw new StateLostException(problem.Message, problem.Code);
        }
        catch (Exception problem) when (problem is StoreException or SequenceConflictException or JournalNotOpenException)
        {
            IsInDoubt = true;
            logger.LogWarning("Session {Session}: {Problem}", key, problem.Message);
            Lost?.Invoke(true);
            throw Unavailable(problem);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static AcceptedTurn RequireSame(string idempotencyKey, AcceptedTurn turn) => turn.Outcome != AcceptOutcome.Conflict ? turn
        : throw new TurnConflictException("idempotency_conflict", $"The idempotency key '{idempotencyKey}' was used with another turn.");
}
