using System.Threading.Channels;

namespace MmiGrains.Model.Engines;

/// <summary>A request on its way through an engine, as its asker sees it.</summary>
/// <typeparam name="TRequest">What was asked for.</typeparam>
/// <typeparam name="TEvent">What comes of it.</typeparam>
public sealed class EngineTask<TRequest, TEvent>
{
    private readonly Channel<TEvent> _events = Channel.CreateUnbounded<TEvent>(new() { SingleReader = true, SingleWriter = true });
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action? _cancelled;
    private volatile bool _isCancelled;

    internal EngineTask(TRequest request, Action? cancelled) => (Request, _cancelled) = (request, cancelled);

    /// <summary>What was asked for.</summary>
    public TRequest Request { get; }

    /// <summary>
    /// What comes of it, in order, the last event saying how it ended; or an exception. Never more wait here than the request's own steps.
    /// </summary>
    public ChannelReader<TEvent> Events => _events.Reader;

    /// <summary>Done when the engine has nothing more to do with it, however it ended: what the request borrowed may be given back.</summary>
    public Task Finished => _finished.Task;

    internal bool IsCancelled => _isCancelled;

    internal RequestClock Clock { get; } = new();

    /// <summary>Ends it at the engine's next step.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _cancelled?.Invoke();
    }

    internal void Publish(TEvent e) => _events.Writer.TryWrite(e);

    internal void End(TEvent last)
    {
        _events.Writer.TryWrite(last);
        _events.Writer.TryComplete();
        _finished.TrySetResult();
    }

    internal void Fail(Exception problem)
    {
        _events.Writer.TryComplete(problem);
        _finished.TrySetResult();
    }
}
