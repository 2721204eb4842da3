using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Training;

/// <summary>On a device that serves too, training lets answers and pictures go first: it begins a batch when there are none, or after a while.</summary>
/// <param name="spans">What is being served.</param>
internal sealed class ServingGate(OpenSpans spans)
{
    /// <summary>How long a batch waits at most: training beside a device that is never idle goes on, slowly.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits for a moment to begin a batch.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        var until = Environment.TickCount64 + (long)Most.TotalMilliseconds;
        while (spans.Count > 0 && Environment.TickCount64 < until)
        {
            await Task.Delay(Pause, cancellation);
        }
    }
}
