using System.Diagnostics;

namespace MmiGrains.Grains.Store;

/// <summary>How long a start waits for a store that reads its log back. Counts from when it is made.</summary>
/// <param name="limit">At most.</param>
internal sealed class StorePatience(TimeSpan limit)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>At most.</summary>
    public TimeSpan Limit => limit;

    /// <summary>Whether the time is over.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(_began) >= limit;

    /// <summary>Whether a server's answer, or what a client makes of it, says that it reads its log back: that ends by itself.</summary>
    public static bool IsLoading(string answer) => answer.Contains("LOADING ", StringComparison.Ordinal);

    /// <summary>Waits a moment.</summary>
    /// <exception cref="StoreException">The time is over.</exception>
    public Task WaitAsync(string place, CancellationToken cancellationToken) => IsOver
        ? throw new StoreException($"The store at {place} was still reading its log back after {limit.TotalSeconds:G3} s.")
        : Task.Delay(Pause, cancellationToken);
}
