namespace MmiGrains.Silo.Benchmarks;

/// <summary>One measurement beside what it is compared with, both taken in turn in one run.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Shape">At what size.</param>
/// <param name="Value">The median.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Baseline">The same of the other side, in the same unit; null where there is none.</param>
/// <param name="Ratio">How the two compare, as the goal counts it.</param>
/// <param name="Goal">What the ratio should reach; null where nothing was promised.</param>
/// <param name="AtMost">Whether the goal is a limit from above.</param>
internal sealed record BenchmarkRow(string Name, string Shape, double Value, string Unit, double? Baseline, double Ratio, double? Goal = null, bool AtMost = false)
{
    /// <summary>Whether the goal is met; null where there is none.</summary>
    public bool? Met => Goal is null ? null : AtMost ? Ratio <= Goal : Ratio >= Goal;
}
