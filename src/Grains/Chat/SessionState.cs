using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Chat.Journal;

namespace MmiGrains.Grains.Chat;

/// <summary>A conversation in memory: what its journal says, and nothing else.</summary>
internal sealed class SessionState
{
    private readonly List<ChatEvent> _events = [];
    private readonly List<SessionTurn> _turns = [];
    private readonly Dictionary<string, SessionTurn> _byId = [];
    private TaskCompletionSource _changed = New();

    /// <summary>Durable events, oldest first.</summary>
    public IReadOnlyList<ChatEvent> Events => _events;

    public IReadOnlyList<SessionTurn> Turns => _turns;

    /// <summary>What came before the first turn.</summary>
    public SessionOpening Opening { get; private init; } = new();

    /// <summary>The oldest turn that has not ended; null for none.</summary>
    public SessionTurn? Running => _turns.FirstOrDefault(turn => turn.State == TurnState.Running);

    /// <summary>Turns that have not ended.</summary>
    public int OpenCount => _turns.Count(turn => turn.State == TurnState.Running);

    /// <summary>The newest progress; it is stale once its image is completed.</summary>
    public ImageProgress? Progress { get; private set; }

    public long LastSequence => _events.Count == 0 ? 0 : _events[^1].Sequence;

    /// <summary>Completed at the next change.</summary>
    public Task Changed => _changed.Task;

    public SessionTurn? Find(string turnId) => _byId.GetValueOrDefault(turnId);

    public static SessionState Of(SessionKey session, JournalContents contents)
    {
        var first = contents.Records.FirstOrDefault(record => record.Kind == RecordKind.Session);
        var state = new SessionState { Opening = first is null ? new SessionOpening() : EventRecords.OpeningOf(session, first) };
        foreach (var record in contents.Records)
        {
            if (EventRecords.FromRecord(session, record) is { } e)
            {
                state.Apply(e, record.Turn);
            }
        }

        return state;
    }

    /// <summary>Takes in an event that the journal has.</summary>
    public void Apply(ChatEvent e, TurnId turn)
    {
        if (e is TurnAccepted accepted)
        {
            var begun = new SessionTurn(turn, accepted);
            _turns.Add(begun);
            _byId[e.TurnId] = begun;
        }
        else
        {
            _byId[e.TurnId].Apply(e);
        }

        _events.Add(e);
        Signal();
    }

    /// <summary>Shows progress to who watches now.</summary>
    public void Show(ImageProgress progress)
    {
        Progress = progress;
        Signal();
    }

    /// <summary>The sequence that a turn's answer goes on from: what was said elsewhere, the turns before it, then its own parts.</summary>
    public IReadOnlyList<SequencePart> SequenceOf(SessionTurn turn) =>
        [.. Opening.History.SelectMany(PartsOf), .. _turns.TakeWhile(before => before != turn).Append(turn).SelectMany(one => one.Parts())];

    /// <summary>The sequence that a run of a turn's text went on from.</summary>
    public IReadOnlyList<SequencePart> SequenceBefore(SessionTurn turn, int run) =>
        [.. Opening.History.SelectMany(PartsOf), .. _turns.TakeWhile(before => before != turn).SelectMany(one => one.Parts()), .. turn.PartsBefore(run)];

    /// <summary>The index of the first event after a number.</summary>
    public int IndexAfter(long sequence)
    {
        var (low, high) = (0, _events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _events[middle].Sequence > sequence ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    /// <summary>Wakes watchers, so that they see that nothing more comes.</summary>
    public void Signal()
    {
        var changed = _changed;
        _changed = New();
        changed.TrySetResult();
    }

    private static IEnumerable<SequencePart> PartsOf(PastTurn past) => [.. past.Content.Concat(past.Answer).Select(SessionTurn.PartOf), new TurnEndPart()];

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
