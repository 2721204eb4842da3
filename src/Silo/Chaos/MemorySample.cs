using System.Globalization;
using System.Text.Json.Serialization;

namespace MmiGrains.Silo.Chaos;

/// <summary>A process's memory at a moment.</summary>
/// <param name="Seconds">Since the soak began.</param>
/// <param name="Process">Its id.</param>
/// <param name="Resident">Bytes in memory, files that are mapped included.</param>
/// <param name="Anonymous">Of them, bytes that no file backs: heaps, tensors, stacks.</param>
internal sealed record MemorySample(
    [property: JsonPropertyName("seconds")] double Seconds, [property: JsonPropertyName("process")] int Process,
    [property: JsonPropertyName("resident")] long Resident, [property: JsonPropertyName("anonymous")] long Anonymous)
{
    /// <summary>Asks the kernel.</summary>
    /// <exception cref="IOException">There is no such process.</exception>
    public static MemorySample Take(int process, TimeSpan since)
    {
        var (resident, anonymous) = (0L, 0L);
        foreach (var line in File.ReadLines($"/proc/{process}/status"))
        {
            resident = line.StartsWith("VmRSS:", StringComparison.Ordinal) ? Bytes(line) : resident;
            anonymous = line.StartsWith("RssAnon:", StringComparison.Ordinal) ? Bytes(line) : anonymous;
        }

        return new MemorySample(Math.Round(since.TotalSeconds, 1), process, resident, anonymous);
    }

    // "VmRSS:	  123456 kB"
    private static long Bytes(string line) =>
        long.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
}
