using System.Threading.Channels;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>A request on its way through the decoder engine, as its asker sees it.</summary>
public sealed class DecodeSpan
{
    private readonly Channel<DecoderEvent> _events = Channel.CreateUnbounded<DecoderEvent>(new() { SingleReader = true, SingleWriter = true });
    private readonly Action _cancelled;
    private volatile bool _isCancelled;

    internal DecodeSpan(DecodeRequest request, Action cancelled) => (Request, _cancelled) = (request, cancelled);

    /// <summary>What was asked for.</summary>
    public DecodeRequest Request { get; }

    /// <summary>Tokens, then one <see cref="SpanEnded"/>; or an exception. No more events than tokens were asked for wait here.</summary>
    public ChannelReader<DecoderEvent> Events => _events.Reader;

    /// <summary>Whether <see cref="Cancel"/> was called.</summary>
    internal bool IsCancelled => _isCancelled;

    /// <summary>Ends the span at the engine's next step.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _cancelled();
    }

    internal void Publish(DecoderEvent e) => _events.Writer.TryWrite(e);

    internal void End(SpanEnded end)
    {
        _events.Writer.TryWrite(end);
        _events.Writer.TryComplete();
    }

    internal void Fail(Exception problem) => _events.Writer.TryComplete(problem);
}
