namespace MmiGrains.Model.Engines.Decoding;

/// <summary>Who runs, who waits, and who gives way. Touches no tensor.</summary>
/// <param name="options">Limits.</param>
/// <param name="pool">The blocks.</param>
internal sealed class DecodeQueue(DecoderOptions options, BlockPool pool)
{
    private readonly List<DecoderSequence> _running = [];
    private readonly List<DecoderSequence> _waiting = [];
    private readonly FairTurns _turns = new();

    /// <summary>Sequences that hold blocks, the first served first.</summary>
    public IReadOnlyList<DecoderSequence> Running => _running;

    public IReadOnlyList<DecoderSequence> Waiting => _waiting;

    public bool IsEmpty => _running.Count + _waiting.Count == 0;

    /// <summary>Adds a sequence, or one that gave way, in its place.</summary>
    public void Wait(DecoderSequence sequence) => Insert(_waiting, sequence);

    /// <summary>Takes a sequence out, and gives its blocks back.</summary>
    public void Remove(DecoderSequence sequence)
    {
        sequence.Release(pool);
        _ = _running.Remove(sequence) || _waiting.Remove(sequence);
    }

    /// <summary>Moves the next waiting sequence to the running ones, with whatever it finds computed, if there is room for all that it has.</summary>
    /// <returns>The sequence; null when none can be admitted.</returns>
    public DecoderSequence? Admit()
    {
        if (_waiting.Count == 0 || _running.Count >= options.MaxRunning)
        {
            return null;
        }

        var index = _turns.Next(_waiting, sequence => (sequence.Span.Request.Scope, sequence.Span.Request.Priority));
        var next = _waiting[index];
        next.Reuse(pool);
        if (BlocksFor(next.Length) - next.Blocks.Count > pool.FreeCount && _running.Count > 0)
        {
            next.Release(pool);
            return null;
        }

        _waiting.RemoveAt(index);
        _turns.Serve(next.Span.Request.Scope, _waiting.Count == 0);
        Insert(_running, next);
        return next;
    }

    /// <summary>What a step computes: one token of everyone who decodes, then pieces of prompts, in the order of service, until the step is full.</summary>
    /// <param name="gaveWay">Told of sequences that had to make room.</param>
    public List<(DecoderSequence Sequence, int First, int Count)> Plan(Action<DecoderSequence> gaveWay)
    {
        var pieces = new List<(DecoderSequence Sequence, int First, int Count)>();
        var room = options.TokensPerStep;
        foreach (var decodes in new[] { true, false })
        {
            foreach (var sequence in _running.ToArray())
            {
                var pending = sequence.Length - sequence.Computed;
                if (room == 0 || pending == 1 != decodes || !_running.Contains(sequence))
                {
                    continue;
                }

                var count = int.Min(pending, room);
                if (Reserve(sequence, sequence.Computed + count, last => { gaveWay(last); pieces.RemoveAll(piece => piece.Sequence == last); }))
                {
                    pieces.Add((sequence, sequence.Computed, count));
                    room -= count;
                }
            }
        }

        return pieces;
    }

    // Makes room for more of a sequence; whether it still runs. Where there is no room, the last served of the running sequences gives way, perhaps this one.
    private bool Reserve(DecoderSequence sequence, int tokens, Action<DecoderSequence> gaveWay)
    {
        while (!sequence.Reserve(pool, tokens))
        {
            var last = _running[^1];
            _running.RemoveAt(_running.Count - 1);
            last.Release(pool);
            Insert(_waiting, last);
            gaveWay(last);
            if (last == sequence)
            {
                return false;
            }
        }

        return true;
    }

    private int BlocksFor(int tokens) => (tokens + pool.BlockTokens - 1) / pool.BlockTokens;

    private static void Insert(List<DecoderSequence> list, DecoderSequence sequence)
    {
        var place = list.FindIndex(other => (other.Span.Request.Priority, other.Arrival).CompareTo((sequence.Span.Request.Priority, sequence.Arrival)) > 0);
        list.Insert(place < 0 ? list.Count : place, sequence);
    }
}
