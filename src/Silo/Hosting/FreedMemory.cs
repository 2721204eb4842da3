using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MmiGrains.Silo.Hosting;

/// <summary>
/// Hands memory that tensors have left back to the system from time to time. glibc keeps what is freed for the next allocation, which is twice as fast; but
/// what lives long lies between, and a silo that never gave any back would grow with its hours.
/// </summary>
internal sealed partial class FreedMemory(TimeProvider clock, ILogger<FreedMemory> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var began = Stopwatch.GetTimestamp();
                _ = Trim(0);
                LogTrimmed(logger, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        catch (EntryPointNotFoundException)
        {
            // another C library than glibc
        }
        catch (OperationCanceledException)
        {
            // the silo stops
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Freed memory was handed back in {Milliseconds:0.0} ms.")]
    private static partial void LogTrimmed(ILogger logger, double milliseconds);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Trim(nuint keep);
}
