using MmiGrains.Contracts.Workers;

namespace MmiGrains.Grains.Chat;

/// <summary>A span that a worker works on, as its owner sees it: which report comes next, and when the last one came.</summary>
/// <param name="worker">Key of the worker.</param>
/// <param name="clock">The clock.</param>
/// <param name="isGone">Whether the worker's silo is known to be lost; null where nobody knows.</param>
internal sealed class SpanWait(string worker, TimeProvider clock, Func<bool>? isGone = null)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    private readonly TaskCompletionSource<SpanReport> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _heard = clock.GetTimestamp();

    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Key of the worker.</summary>
    public string Worker { get; } = worker;

    /// <summary>Number of the next report.</summary>
    public int Next { get; private set; }

    /// <summary>The last report.</summary>
    public Task<SpanReport> Ended => _ended.Task;

    public bool IsOver => _ended.Task.IsCompleted;

    public void Hear() => _heard = clock.GetTimestamp();

    /// <summary>The report was taken in.</summary>
    public void Took() => Next++;

    public void End(SpanReport last) => _ended.TrySetResult(last);

    public void Abandon(Exception reason) => _ended.TrySetException(reason);

    /// <summary>Waits for the last report.</summary>
    /// <param name="lease">How long the worker may be silent.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="TimeoutException">The worker was silent for longer, or its silo is gone.</exception>
    public async Task<SpanReport> WaitAsync(TimeSpan lease, CancellationToken cancellation)
    {
        while (true)
        {
            var left = lease - clock.GetElapsedTime(_heard);
            if (left <= TimeSpan.Zero)
            {
                throw new TimeoutException($"The worker '{Worker}' has been silent for {lease.TotalSeconds:0.#} s.");
            }

            if (isGone?.Invoke() == true)
            {
                throw new TimeoutException($"The silo of the worker '{Worker}' is gone.");
            }

            try
            {
                return await _ended.Task.WaitAsync(isGone is null || left < BetweenLooks ? left : BetweenLooks, clock, cancellation);
            }
            catch (TimeoutException)
            {
                // It may have been heard meanwhile.
            }
        }
    }
}
