using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Looks;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Chat.Looks;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Telemetry;
using Orleans.Concurrency;
using StackExchange.Redis;

namespace MmiGrains.Grains.Chat;

/// <summary>
/// One conversation. Its journal is the truth: an event is in it before anyone sees it, and of two activations only the one that opened it last
/// can write. Whatever was being answered when an activation was lost goes on with the next.
/// </summary>
[Reentrant]
internal sealed class ChatSessionGrain : Grain, IChatSessionGrain, ISpanOwner, IWakeable
{
    private static readonly TimeSpan UntilWritable = TimeSpan.FromSeconds(5); // between two tries
    private static readonly TimeSpan PassingMark = TimeSpan.FromHours(1); // longer than an activation that was left behind goes on

    private readonly IDatabase _database;
    private readonly StoreOptions _store;
    private readonly SessionIndex _index;
    private readonly SessionNames _names;
    private readonly ChatOptions _options;
    private readonly OpenSessions _open;
    private readonly ITurnMeter _meter;
    private readonly SessionReviver _reviver;
    private readonly WorkerChoice _workers;
    private readonly TimeProvider _clock;
    private readonly ILogger<ChatSessionGrain> _logger;
    private SessionKey _key = null!;
    private SessionLog _log = null!;
    private SessionWatch _watch = null!;
    private SessionListing _listing = null!;
    private SessionMeter _metered = null!;
    private TurnAnswer? _answer;
    private IGrainTimer? _later;

    public ChatSessionGrain(
        IConnectionMultiplexer connection, StoreOptions store, SessionIndex index, SessionNames names, IOptions<ChatOptions> options, OpenSessions open, ITurnMeter meter,
        SessionReviver reviver, WorkerChoice workers, TimeProvider clock, ILogger<ChatSessionGrain> logger) =>
        (_database, _store, _index, _names, _options, _open, _meter, _reviver, _workers, _clock, _logger) =
            (connection.GetDatabase(), store, index, names, options.Value, open, meter, reviver, workers, clock, logger);

    /// <summary>What the turns before a turn, and itself, make as a sequence.</summary>
    internal SessionState State => _log.State ?? throw Missing();

    /// <summary>What the directory of workers knows it by.</summary>
    internal string WarmName => State.Opening.WarmName is { } name ? $"{_key.Tenant}/{name}" : this.GetPrimaryKeyString();

    internal IGrainFactory Grains => GrainFactory;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        _key = new SessionKey(key[..Math.Max(slash, 0)], key[(slash + 1)..]);
        _log = new SessionLog(_key, new TurnJournal(_database, _key, new JournalOptions { KeyPrefix = _store.KeyPrefix }), _names, _logger) { Lost = Lose };
        (_watch, _listing, _metered) = (new SessionWatch(_key, _log, _open, _logger), new SessionListing(_key, _log, _index, _logger), new SessionMeter(_key, _meter));
        await _log.OpenAsync(cancellationToken);
        await GoOnAsync();
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_answer is { } answer)
        {
            _ = answer.StopAsync(); // the worker may be leaving too: nobody waits for its answer
            _reviver.Revive(this.GetPrimaryKeyString());
        }

        _log.State?.Signal();
        _log.Dispose();
        return Task.CompletedTask;
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
        var state = State;
        TurnRules.Check(request, _options);
        var content = new TurnAccepted(request.Content, request.Settings) { Priority = request.Priority, TimeLimit = request.TimeLimit };
        var hash = SHA256.HashData(EventRecords.ToBytes(content));
        if (await _log.FindAsync(request.IdempotencyKey, hash) is { } known)
        {
            return new TurnReceipt(known.Turn.ToString(), known.Sequence, IsRepeat: true); // whether there is room for another or not
        }

        var model = await TurnRules.RequireRoomAsync(GrainFactory, _workers, WarmName, request, state, _options);
        var images = await _metered.AdmitAsync(request.IdempotencyKey, request.Settings);
        var accepted = content with
        {
            Time = _clock.GetUtcNow(),
            Model = model,
            Settings = request.Settings with { Seed = request.Settings.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue), MaxImages = Math.Min(request.Settings.MaxImages, images) },
        };
        var receipt = await AcceptAsync(request.IdempotencyKey, hash, accepted);
        if (!receipt.IsRepeat)
        {
            await _listing.PutAsync(accepted.Time);
        }

        return receipt;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ChatEvent> WatchAsync(long after, CancellationToken cancellation = default)
    {
        var state = State;
        return SessionStream.Watch(state, after, () => _answer is not null && state == _log.State, cancellation);
    }

    /// <inheritdoc/>
    public async Task CancelAsync(string turnId)
    {
        if (State.Find(turnId) is { State: TurnState.Running } turn)
        {
            if (await CommitAsync(turn.Id, [new TurnCancelled()]))
            {
                MmiInstruments.TurnEnded("cancelled");
            }

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
        var state = State;
        return Task.FromResult(new Transcript(_key.Session, [.. state.Turns.Select(turn => turn.View)], state.LastSequence));
    }

    /// <inheritdoc/>
    public Task<LookReport> LookAsync(LookQuery query, CancellationToken cancellation) =>
        new SessionLooks(GrainFactory, _key.Tenant, WarmName, cancellation).AnswerAsync(State, query);

    /// <inheritdoc/>
    public async Task ForkAsync(string sessionId, string? turnId)
    {
        var state = State;
        var last = turnId is null ? state.LastSequence
            : state.Find(turnId) is { State: not TurnState.Running } turn ? state.Events.Last(e => e.TurnId == turn.Id.ToString()).Sequence
            : throw new InvalidTurnException("unknown_turn", "turn_id", $"The session has no ended turn '{turnId}'.");
        if (state.Events.Any(e => e.Sequence <= last && state.Find(e.TurnId)!.State == TurnState.Running))
        {
            throw new TurnConflictException("turn_running", "A turn is being answered; a fork takes ended turns.");
        }

        await _log.ForkAsync(sessionId, last + 1);
        await _listing.PutAsync(new SessionKey(_key.Tenant, sessionId), _clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        if (_log.Damage is null)
        {
            _ = State;
        }

        if (_answer is { } answer)
        {
            await answer.StopAsync();
        }

        foreach (var turn in _log.State?.Turns.Where(turn => turn.State == TurnState.Running).ToArray() ?? [])
        {
            await CountAsync(turn);
        }

        _answer = null;
        var isPassing = _log.State?.Opening.IsPassing == true;
        await _log.DeleteAsync(isPassing ? PassingMark : null);
        if (!isPassing)
        {
            await _listing.RemoveAsync();
        }

        _watch.StrikeOut();
    }

    /// <inheritdoc/>
    public Task WakeAsync(string entry) => _watch.WakeAsync(entry);

    /// <inheritdoc/>
    public Task<bool> ReportAsync(SpanReport report) => _answer?.ReportAsync(report) ?? Task.FromResult(false);

    /// <summary>Appends events of a turn, and shows them.</summary>
    /// <returns>False where the turn has ended meanwhile: nothing is written.</returns>
    internal async Task<bool> CommitAsync(TurnId turn, IReadOnlyList<ChatEvent> events)
    {
        if (!await _log.CommitAsync(turn, events))
        {
            return false;
        }

        if (events[^1].EndsTurn && _log.State?.Find(turn.ToString()) is { } ended)
        {
            await CountAsync(ended);
        }

        return true;
    }

    /// <summary>Shows progress that is not journaled.</summary>
    internal void Show(TurnId turn, ImageProgress progress) =>
        _log.State?.Show(progress with { Sequence = _log.State.LastSequence, TurnId = turn.ToString() });

    /// <summary>Goes on with the next turn when one has ended.</summary>
    internal void AnswerNext()
    {
        if (_answer is { IsOver: false } && _answer.Turn.State == TurnState.Running)
        {
            return;
        }

        _answer = _log.State?.Running is { } turn ? new TurnAnswer(this, this.GetPrimaryKeyString(), _key.Tenant, turn, _options, _workers, _clock, _logger) : null;
        _answer?.Start();
        _log.State?.Signal();
        _watch.StrikeOut();
    }

    private async Task<TurnReceipt> AcceptAsync(string idempotencyKey, byte[] hash, TurnAccepted accepted)
    {
        var isNew = false;
        try
        {
            var turn = await _watch.AcceptAsync(() => _log.AcceptAsync(idempotencyKey, hash, accepted, id =>
            {
                isNew = true;
                _metered.Begin(id, idempotencyKey);
                AnswerNext();
            }));
            return new TurnReceipt(turn.Turn.ToString(), turn.Sequence, turn.Outcome == AcceptOutcome.Existing);
        }
        finally
        {
            if (!isNew)
            {
                await _metered.GiveUpAsync(idempotencyKey);
            }
        }
    }

    private Task CountAsync(SessionTurn turn) =>
        _metered.EndAsync(turn.Id, turn == _answer?.Turn ? _answer.Usage : new TurnUsage(0, 0, turn.TokenCount, turn.Images.Count));

    private async Task CreateAsync(byte[] record)
    {
        if (_log is { Damage: not null, IsAbsent: false })
        {
            throw Missing();
        }

        if (_log.State is null)
        {
            await _log.CreateAsync(record);
            await _listing.PutAsync(_clock.GetUtcNow());
            await GoOnAsync();
        }
    }

    private MmiException Missing()
    {
        if (_log.Damage is null)
        {
            return new SessionNotFoundException(_key.Session);
        }

        DeactivateOnIdle(); // it may be repaired: who asks again has it read again
        return _log.Damage;
    }

    // What was being answered where the session was before goes on here.
    private async Task GoOnAsync()
    {
        if (_log.State?.Running is null)
        {
            return;
        }

        if (_log.IsView)
        {
            _later ??= this.RegisterGrainTimer(GoOnLaterAsync, UntilWritable, UntilWritable);
            return;
        }

        await _watch.EnterAsync();
        MmiInstruments.SessionsRevived.Add(1);
        AnswerNext();
    }

    // While the store takes no writes this activation is lost with each try, and the next reads, and tries again.
    private async Task GoOnLaterAsync()
    {
        try
        {
            if (_log.IsView)
            {
                await _log.TakeOverAsync();
            }

            _later?.Dispose();
            if (_answer is null)
            {
                await GoOnAsync();
            }
        }
        catch (MmiException problem)
        {
            _logger.LogInformation("Session {Session} does not go on yet: {Problem}", _key, problem.Message);
        }
    }

    private void Lose(bool mustComeBack)
    {
        _answer?.Abandon();
        _answer = null;
        _log.State?.Signal();
        if (mustComeBack)
        {
            _reviver.Revive(this.GetPrimaryKeyString());
        }

        DeactivateOnIdle();
    }
}
