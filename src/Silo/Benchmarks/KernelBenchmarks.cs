namespace MmiGrains.Silo.Benchmarks;

/// <summary>What <c>mmi bench kernels</c> measures.</summary>
internal static class KernelBenchmarks
{
    /// <summary>Names of the parts.</summary>
    public static IReadOnlyList<string> Names { get; } = ["attention", "linear", "cache", "decode"];

    /// <summary>Measures some parts, or all when none is named.</summary>
    public static IEnumerable<BenchmarkRow> Run(IReadOnlyList<string> only, bool isQuick)
    {
        using var limits = new MachineLimits();
        bool IsWanted(string name) => only.Count == 0 || only.Contains(name);
        IEnumerable<BenchmarkRow>[] parts =
        [
            IsWanted("attention") ? DeformableAttentionBenchmark.Run(limits, isQuick) : [],
            IsWanted("linear") ? LinearBenchmark.Run(limits) : [],
            IsWanted("cache") ? PagedAttentionBenchmark.Run() : [],
            IsWanted("decode") ? DecodeBenchmark.Run(limits, isQuick) : [],
        ];
        foreach (var row in parts.SelectMany(part => part))
        {
            yield return row;
        }
    }
}
