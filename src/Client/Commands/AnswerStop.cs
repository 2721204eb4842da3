namespace MmiGrains.Client.Commands;

/// <summary>While it stands, Ctrl-C stops what is being done and not the program.</summary>
internal sealed class AnswerStop : IDisposable
{
    private readonly CancellationTokenSource _source;

    /// <param name="cancellation">Stops it too.</param>
    public AnswerStop(CancellationToken cancellation)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Console.CancelKeyPress += Stop;
    }

    /// <summary>Cancelled by Ctrl-C.</summary>
    public CancellationToken Token => _source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.CancelKeyPress -= Stop;
        _source.Dispose();
    }

    private void Stop(object? sender, ConsoleCancelEventArgs e)
    {
        e.Cancel = true;
        _source.Cancel();
    }
}
