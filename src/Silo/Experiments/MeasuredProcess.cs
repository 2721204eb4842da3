using System.Diagnostics;
using System.Globalization;

namespace MmiGrains.Silo.Experiments;

/// <summary>Runs a command of this program as a process of its own, and what that took. Processor time is told, because it is the same on a busy machine.</summary>
/// <param name="ProcessorSeconds">Of all threads.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
internal sealed record MeasuredProcess(double ProcessorSeconds, long PeakBytes)
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">What follows <c>mmi</c>.</param>
    /// <param name="output">What it prints goes here.</param>
    /// <param name="cancellation">Kills it.</param>
    /// <exception cref="CommandException">It failed.</exception>
    public static async Task<MeasuredProcess> RunAsync(IReadOnlyList<string> arguments, string output, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(MeasuredProcess).Assembly.Location, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (printed, problems) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        var (seconds, peak) = (0.0, 0L);
        try
        {
            while (!process.HasExited)
            {
                (seconds, peak) = (Math.Max(seconds, Processor(process)), Math.Max(peak, Peak(process.Id)));
                await Task.Delay(BetweenLooks, cancellation);
            }
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await File.WriteAllTextAsync(output, await printed, cancellation);
        return process.ExitCode == ExitCode.Done
            ? new MeasuredProcess(seconds, peak)
            : throw new CommandException($"'mmi {string.Join(' ', arguments)}' failed: {(await problems).Trim()}");
    }

    private static double Processor(Process process)
    {
        process.Refresh();
        try
        {
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (InvalidOperationException)
        {
            return 0; // it has just ended
        }
    }

    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t'), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // it has just ended
        }
    }
}
