using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>One answer on its way. Disposed, it ends and nothing of it stays but its pictures; unless it may be asked for again.</summary>
/// <param name="sessions">Deletes it.</param>
/// <param name="key">The session's.</param>
/// <param name="grain">The session.</param>
/// <param name="stays">Whether it stays until it is swept away.</param>
internal sealed class PassingSession(PassingSessions sessions, string key, IChatSessionGrain grain, bool stays) : IAsyncDisposable
{
    /// <summary>The session.</summary>
    public IChatSessionGrain Grain { get; } = grain;

    /// <summary>What names the answer to its client.</summary>
    public string Name => key[(key.LastIndexOf('-') + 1)..];

    /// <summary>When the answer was begun, in seconds since 1970: its name begins with that, so it is the same each time that it is asked for.</summary>
    public long Created => Convert.ToInt64(Name[..12], 16) / 1000;

    /// <summary>What happens, to the turn's end.</summary>
    public IAsyncEnumerable<ChatEvent> WatchAsync(CancellationToken cancellation) => Patience.WatchAsync(Grain, 0, cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await (stays ? Task.CompletedTask : sessions.EndAsync(key));
}
