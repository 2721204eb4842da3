using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Errors;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Workers;

/// <summary>The spans that a silo's workers work on, and how to cancel each.</summary>
/// <param name="logger">Told of what was not expected.</param>
public sealed class OpenSpans(ILogger<OpenSpans> logger)
{
    private readonly ConcurrentDictionary<string, Action> _spans = new();

    /// <summary>How many there are.</summary>
    public int Count => _spans.Count;

    /// <summary>Gives an engine a request, and runs what carries its results beside the grain until the engine has nothing more to do with it.</summary>
    /// <param name="spanId">The span.</param>
    /// <param name="borrowed">What the request reads; given back at the end, also where the engine refuses.</param>
    /// <param name="submit">Gives the request.</param>
    /// <param name="carry">Carries the results.</param>
    /// <exception cref="CapacityExceededException">The engine refuses it.</exception>
    internal void Run<TRequest, TEvent>(
        string spanId, IDisposable borrowed, Func<EngineTask<TRequest, TEvent>> submit, Func<EngineTask<TRequest, TEvent>, Task> carry)
    {
        EngineTask<TRequest, TEvent> task;
        try
        {
            task = submit();
        }
        catch (Exception problem)
        {
            borrowed.Dispose();
            throw problem switch
            {
                CapacityException full => new CapacityExceededException(full.Message, full.IsPassing),
                ArgumentException wrong => new InvalidTurnException("invalid_value", "request", wrong.Message),
                _ => problem,
            };
        }

        _spans[spanId] = task.Cancel;
        _ = Task.Run(async () =>
        {
            try
            {
                await carry(task);
                await task.Finished;
            }
            catch (Exception problem)
            {
                logger.LogError(problem, "Span {Span} was broken off", spanId);
            }
            finally
            {
                borrowed.Dispose();
                _spans.TryRemove(spanId, out _);
            }
        });
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
