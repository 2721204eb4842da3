using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MmiGrains.Grains.Workers;

/// <summary>The spans that a silo's workers work on, and how to cancel each.</summary>
/// <param name="logger">Told of what was not expected.</param>
public sealed class OpenSpans(ILogger<OpenSpans> logger)
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
                catch (Exception problem)
                {
                    logger.LogError(problem, "Span {Span} was broken off", spanId);
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
