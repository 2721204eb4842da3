using System.Collections.Concurrent;

namespace MmiGrains.Grains.Workers;

/// <summary>The spans that a silo's workers work on, and how to cancel each.</summary>
public sealed class OpenSpans
{
    private readonly ConcurrentDictionary<string, Action> _spans = new();

    /// <summary>How many there are.</summary>
    public int Count => _spans.Count;

    /// <summary>Runs a span's work beside the grain until it ends.</summary>
    internal void Run(string spanId, Action cancel, Func<Task> work)
    {
        if (_spans.TryAdd(spanId, cancel))
        {
            _ = Task.Run(async () =>
            {
                try
                {
                    await work();
                }
                finally
                {
                    _spans.TryRemove(spanId, out _);
                }
            });
        }
    }

    /// <summary>Ends a span at the next step, if it is there.</summary>
    internal void Cancel(string spanId)
    {
        if (_spans.TryGetValue(spanId, out var cancel))
        {
            cancel();
        }
    }
}
