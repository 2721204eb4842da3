namespace MmiGrains.Model.Engines.Decoding;

/// <summary>
/// Who runs, who waits, and who gives way. What runs has all the blocks and images reserved that it may come to need, so it never runs out of
/// them; one that is more urgent gets them from those that are less. Touches no tensor.
/// </summary>
/// <param name="options">Limits.</param>
/// <param name="pool">The blocks.</param>
/// <param name="mostImages">Images that running sequences may look at, each counted once.</param>
internal sealed class DecodeQueue(DecoderOptions options, BlockPool pool, long mostImages)
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

    /// <summary>
    /// Moves the next waiting sequence to the running ones, with whatever it finds computed, if there is room for all that it may become beside
    /// those that are as urgent. The less urgent give way, the last served first.
    /// </summary>
    /// <param name="gaveWay">Told of sequences that had to make room.</param>
    /// <returns>The sequence; null when none can be admitted.</returns>
    public DecoderSequence? Admit(Action<DecoderSequence> gaveWay)
    {
        if (_waiting.Count == 0)
        {
            return null;
        }

        var next = _waiting[_turns.Next(_waiting, sequence => (sequence.Span.Request.Scope, sequence.Span.Request.Priority))];
        if (!Fits(next, [.. _running.TakeWhile(other => other.Span.Request.Priority <= next.Span.Request.Priority)]))
        {
            return null;
        }

        while (!Fits(next, _running))
        {
            var last = _running[^1];
            Remove(last);
            Wait(last);
            gaveWay(last);
        }

        _waiting.Remove(next);
        _turns.Serve(next.Span.Request.Scope, _waiting.Count == 0);
        next.Reuse(pool);
        Insert(_running, next);
        return next;
    }

    /// <summary>What a step computes: one token of everyone who decodes, then pieces of prompts, in the order of service, until the step is full.</summary>
    public List<(DecoderSequence Sequence, int First, int Count)> Plan()
    {
        var pieces = new List<(DecoderSequence Sequence, int First, int Count)>();
        var room = options.TokensPerStep;
        foreach (var decodes in new[] { true, false })
        {
            foreach (var sequence in _running)
            {
                var pending = sequence.Length - sequence.Computed;
                if (room > 0 && pending == 1 == decodes)
                {
                    var count = int.Min(pending, room);
                    sequence.Reserve(pool, sequence.Computed + count);
                    pieces.Add((sequence, sequence.Computed, count));
                    room -= count;
                }
            }
        }

        return pieces;
    }

    private bool Fits(DecoderSequence next, IReadOnlyList<DecoderSequence> beside)
    {
        var all = beside.Append(next);
        return beside.Count < options.MaxRunning && all.Sum(sequence => sequence.MostBlocks) <= pool.Count
            && all.SelectMany(sequence => sequence.Span.Request.Images).DistinctBy(image => image.Key).LongCount() <= mostImages;
    }

    private static void Insert(List<DecoderSequence> list, DecoderSequence sequence)
    {
        var place = list.FindIndex(other => (other.Span.Request.Priority, other.Arrival).CompareTo((sequence.Span.Request.Priority, sequence.Arrival)) > 0);
        list.Insert(place < 0 ? list.Count : place, sequence);
    }
}
