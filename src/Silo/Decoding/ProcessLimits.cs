using System.Runtime.InteropServices;

namespace MmiGrains.Silo.Decoding;

/// <summary>What the kernel lets this process have. Elsewhere than on Linux nothing is limited here; the silo's clock still is.</summary>
internal static class ProcessLimits
{
    private const int ProcessorTime = 0, Data = 2, Core = 4; // RLIMIT_*
    private const ulong Unlimited = ulong.MaxValue;

    /// <summary>Bounds memory for good, and leaves no core file behind.</summary>
    /// <param name="bytes">Private memory that can be written to.</param>
    /// <exception cref="InvalidOperationException">The kernel refuses.</exception>
    public static void BoundMemory(long bytes)
    {
        Set(Core, 0, 0);
        Set(Data, (ulong)bytes, (ulong)bytes);
    }

    /// <summary>Bounds the processor time from now on: past it the process is ended.</summary>
    /// <param name="seconds">Whole seconds.</param>
    public static void BoundProcessorTime(int seconds) =>
        Set(ProcessorTime, (ulong)Math.Ceiling(Environment.CpuUsage.TotalTime.TotalSeconds) + (ulong)seconds, Unlimited);

    private static void Set(int resource, ulong soft, ulong hard)
    {
        var limit = new Limit(soft, hard);
        if (OperatingSystem.IsLinux() && SetLimit(resource, ref limit) != 0)
        {
            throw new InvalidOperationException($"Limit {resource} could not be set to {soft}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetLimit(int resource, ref Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
