using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;
using Orleans.Concurrency;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// One conversation. Its journal is the truth: an event is in it before anyone sees it, and of two activations only the one that opened it last
/// can write. Whatever was being answered when an activation was lost goes on with the next.
/// </summary>
[Reentrant]
internal sealed class ChatSessionGrain : Grain, IChatSessionGrain, ISpanOwner
{
    private static readonly TimeSpan PassingMark = TimeSpan.FromHours(1); // longer than an activation that was left behind goes on

    private readonly IDatabase _database;
    private readonly StoreOptions _store;
    private readonly SessionIndex _index;
    private readonly ChatOptions _options;
    private readonly ITurnMeter _meter;
    private readonly SessionReviver _reviver;
    private readonly TimeProvider _clock;
    private readonly ILogger<ChatSessionGrain> _logger;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<TurnId, string> _metered = []; // turns that have not ended, by what the meter knows them as
    private SessionKey _key = null!;
    private TurnJournal _journal = null!;
    private SessionState? _state;
    private TurnAnswer? _answer;

    public ChatSessionGrain(
        IConnectionMultiplexer connection, StoreOptions store, SessionIndex index, IOptions<ChatOptions> options, ITurnMeter meter, SessionReviver reviver,
        TimeProvider clock, ILogger<ChatSessionGrain> logger) =>
        (_database, _store, _index, _options, _meter, _reviver, _clock, _logger) =
            (connection.GetDatabase(), store, index, options.Value, meter, reviver, clock, logger);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        _key = new SessionKey(key[..Math.Max(slash, 0)], key[(slash + 1)..]);
        _journal = new TurnJournal(_database, _key, new JournalOptions { KeyPrefix = _store.KeyPrefix });
        try
        {
            Take(await _journal.OpenAsync(mustExist: false, cancellationToken));
        }
        catch (SessionDeletedException)
        {
            // nothing is here, and every call says so
        }
        catch (StateDamagedException problem)
        {
            throw new StateLostException(problem.Message);
        }
        catch (StoreException problem)
        {
            throw Unavailable(problem);
        }
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_answer is { } answer)
        {
            await answer.StopAsync();
            _reviver.Revive(this.GetPrimaryKeyString());
        }

        _state?.Signal();
        _journal.Dispose();
    }

    /// <inheritdoc/>
    public Task CreateAsync() => CreateAsync("{}"u8.ToArray());

    /// <inheritdoc/>
    public Task CreateAsync(SessionOpening opening)
    {
        var record = EventRecords.ToBytes(opening);
        TurnRules.CheckOpening(opening, record.Length);
        return CreateAsync(record);
    }

    /// <inheritdoc/>
    public async Task<TurnReceipt> SendAsync(TurnRequest request)
    {
        var state = RequireState();
        TurnRules.Check(request, _options);
        var content = new TurnAccepted(request.Content, request.Settings) { Priority = request.Priority, Deadline = request.Deadline };
        var hash = SHA256.HashData(EventRecords.ToBytes(content));
        await TurnRules.RequireRoomAsync(GrainFactory, WarmName, request, state, _options);
        var metered = $"{_key.Session}/{request.IdempotencyKey}";
        var images = await _meter.AdmitAsync(_key.Tenant, metered, request.Settings);
        var accepted = content with
        {
            Time = _clock.GetUtcNow(),
            Settings = request.Settings with { Seed = request.Settings.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue), MaxImages = Math.Min(request.Settings.MaxImages, images) },
        };
        var receipt = await AcceptAsync(request.IdempotencyKey, metered, hash, accepted);
        if (!receipt.IsRepeat)
        {
            await ListAsync(_key, accepted.Time);
        }

        return receipt;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatEvent> WatchAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var state = RequireState();
        ImageProgress? shown = null;
        while (true)
        {
            var changed = state.Changed;
            for (var i = state.IndexAfter(after); i < state.Events.Count; i++)
            {
                after = state.Events[i].Sequence;
                yield return state.Events[i];
            }

            if (state.Progress is { } progress && progress != shown && progress.Sequence == after)
            {
                shown = progress;
                yield return progress;
            }

            if (state.Running is null)
            {
                yield break;
            }

            if (_answer is null || state != _state)
            {
                // This activation has ended; the stream goes on at the next.
                throw new StreamBrokenException();
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task CancelAsync(string turnId)
    {
        if (RequireState().Find(turnId) is { State: TurnState.Running } turn)
        {
            await CommitAsync(turn.Id, [new TurnCancelled()]);
            if (_answer?.Turn == turn)
            {
                await _answer.StopAsync();
                AnswerNext();
            }
        }
    }

    /// <inheritdoc/>
    public Task<Transcript> ReadAsync()
    {
        var state = RequireState();
        return Task.FromResult(new Transcript(_key.Session, [.. state.Turns.Select(turn => turn.View)], state.LastSequence));
    }

    /// <inheritdoc/>
    public async Task ForkAsync(string sessionId, string? turnId)
    {
        var state = RequireState();
        var last = turnId is null ? state.LastSequence
            : state.Find(turnId) is { State: not TurnState.Running } turn ? state.Events.Last(e => e.TurnId == turn.Id.ToString()).Sequence
            : throw new InvalidTurnException("unknown_turn", "turn_id", $"The session has no ended turn '{turnId}'.");
        if (state.Events.Any(e => e.Sequence <= last && state.Find(e.TurnId)!.State == TurnState.Running))
        {
            throw new TurnConflictException("turn_running", "A turn is being answered; a fork takes ended turns.");
        }

        var fork = new SessionKey(_key.Tenant, sessionId);
        await WriteAsync(async () =>
        {
            await _journal.ForkAsync(fork, last + 1, System.Text.Encoding.UTF8.GetBytes(_key.ToString()));
            return true;
        });
        await ListAsync(fork, _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        _ = RequireState();
        if (_answer is { } answer)
        {
            await answer.StopAsync();
        }

        foreach (var turn in _state?.Turns.Where(turn => turn.State == TurnState.Running).ToArray() ?? [])
        {
            await CountAsync(turn);
        }

        _answer = null;
        var isPassing = _state?.Opening.IsPassing == true;
        await WriteAsync(() => _journal.DeleteAsync(isPassing ? PassingMark : null));
        if (!isPassing)
        {
            await TryListAsync(() => _index.RemoveAsync(_key));
        }

        Lose();
    }

    /// <inheritdoc/>
    public Task<bool> ReportAsync(SpanReport report) => _answer?.ReportAsync(report) ?? Task.FromResult(false);

    /// <summary>Appends events of a turn, and shows them.</summary>
    /// <returns>False where the turn has ended meanwhile: nothing is written.</returns>
    internal Task<bool> CommitAsync(TurnId turn, IReadOnlyList<ChatEvent> events) => WriteAsync(async () =>
    {
        var state = RequireState();
        if (state.Find(turn.ToString()) is not { State: TurnState.Running })
        {
            return false;
        }

        var first = _journal.NextSequence;
        await _journal.AppendAsync(_journal.Epoch, first, [.. events.Select(e => EventRecords.ToRecord(e, turn))]);
        for (var i = 0; i < events.Count; i++)
        {
            state.Apply(events[i] with { Sequence = first + i, TurnId = turn.ToString() }, turn);
        }

        if (events[^1].EndsTurn)
        {
            await CountAsync(state.Find(turn.ToString())!);
        }

        return true;
    });

    /// <summary>Shows progress that is not journaled.</summary>
    internal void Show(TurnId turn, ImageProgress progress) =>
        _state?.Show(progress with { Sequence = _state.LastSequence, TurnId = turn.ToString() });

    /// <summary>What the turns before a turn, and itself, make as a sequence.</summary>
    internal SessionState State => RequireState();

    /// <summary>What the directory of workers knows it by.</summary>
    internal string WarmName => RequireState().Opening.WarmName is { } name ? $"{_key.Tenant}/{name}" : this.GetPrimaryKeyString();

    internal IGrainFactory Grains => GrainFactory;

    /// <summary>Goes on with the next turn when one has ended.</summary>
    internal void AnswerNext()
    {
        if (_answer is { IsOver: false } && _answer.Turn.State == TurnState.Running)
        {
            return;
        }

        _answer = _state?.Running is { } turn ? new TurnAnswer(this, this.GetPrimaryKeyString(), _key.Tenant, turn, _options, _clock, _logger) : null;
        _answer?.Start();
        _state?.Signal();
    }

    private async Task<TurnReceipt> AcceptAsync(string idempotencyKey, string metered, byte[] hash, TurnAccepted accepted)
    {
        var isNew = false;
        try
        {
            return await WriteAsync(async () =>
            {
                var turn = await _journal.AcceptTurnAsync(idempotencyKey, hash, EventRecords.ToBytes(accepted));
                if (turn.Outcome == AcceptOutcome.Conflict)
                {
                    throw new TurnConflictException("idempotency_conflict", $"The idempotency key '{idempotencyKey}' was used with another turn.");
                }

                isNew = turn.Outcome == AcceptOutcome.New;
                if (isNew)
                {
                    _metered[turn.Turn] = metered;
                    RequireState().Apply(accepted with { Sequence = turn.Sequence, TurnId = turn.Turn.ToString() }, turn.Turn);
                    AnswerNext();
                }

                return new TurnReceipt(turn.Turn.ToString(), turn.Sequence, turn.Outcome == AcceptOutcome.Existing);
            });
        }
        finally
        {
            if (!isNew && !_metered.ContainsValue(metered))
            {
                await _meter.EndAsync(_key.Tenant, metered, usage: null);
            }
        }
    }

    private async Task CountAsync(SessionTurn turn)
    {
        var usage = turn == _answer?.Turn ? _answer.Usage : new TurnUsage(0, 0, turn.TokenCount, turn.Images.Count);
        await _meter.EndAsync(_key.Tenant, _metered.Remove(turn.Id, out var metered) ? metered : "", usage);
    }

    private async Task CreateAsync(byte[] record)
    {
        if (_state is null)
        {
            await WriteAsync(async () =>
            {
                Take(await _journal.CreateAsync(record));
                return true;
            });
            await ListAsync(_key, _clock.GetUtcNow());
        }
    }

    private void Take(JournalContents? contents)
    {
        _state = contents is null ? null : SessionState.Of(_key, contents);
        AnswerNext();
    }

    // What is made for one answer is in no list.
    private Task ListAsync(SessionKey session, DateTimeOffset time) => _state?.Opening.IsPassing == true ? Task.CompletedTask
        : TryListAsync(() => _index.PutAsync(session, _state?.Turns is [var first, ..] ? SessionTitle.Of(first.Accepted.Content) : "", time));

    // The list is made from what is journaled; what it misses its session puts right at the next turn.
    private async Task TryListAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception problem) when (problem is RedisException or TimeoutException)
        {
            _logger.LogWarning("The list of sessions was not told of {Session}: {Problem}", _key, problem.Message);
        }
    }

    private SessionState RequireState() => _state ?? throw new SessionNotFoundException(_key.Session);

    // One at a time; and whatever goes wrong in the store, what is in memory is no longer known to be what is stored.
    private async Task<T> WriteAsync<T>(Func<Task<T>> action)
    {
        await _writing.WaitAsync();
        try
        {
            return await action();
        }
        catch (StaleEpochException)
        {
            Lose();
            throw new StreamBrokenException();
        }
        catch (SessionDeletedException)
        {
            Lose();
            throw new SessionNotFoundException(_key.Session);
        }
        catch (StateDamagedException problem)
        {
            Lose();
            throw new StateLostException(problem.Message);
        }
        catch (Exception problem) when (problem is StoreException or SequenceConflictException or JournalNotOpenException)
        {
            _logger.LogWarning("Session {Session}: {Problem}", _key, problem.Message);
            Lose();
            _reviver.Revive(this.GetPrimaryKeyString());
            throw Unavailable(problem);
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Lose()
    {
        _answer?.Abandon();
        _answer = null;
        _state?.Signal();
        DeactivateOnIdle();
    }

    private static CapacityExceededException Unavailable(Exception problem) => new($"The store did not answer: {problem.Message}", isPassing: true);
}
