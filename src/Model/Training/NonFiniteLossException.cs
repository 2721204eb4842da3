namespace MmiGrains.Model.Training;

/// <summary>Training went wrong at a step: its loss or gradient is not a number, or exploded.</summary>
public sealed class NonFiniteLossException(string stage, long step, string what, double value, IReadOnlyList<string> origins)
    : Exception($"Stage '{stage}', step {step}: the {what} is {value}. The batch holds {Describe(origins)}.")
{
    private const int MostNamed = 8;

    /// <summary>The step that was not made, counted from 0.</summary>
    public long Step => step;

    private static string Describe(IReadOnlyList<string> origins) =>
        string.Join(", ", origins.Take(MostNamed)) + (origins.Count > MostNamed ? $" and {origins.Count - MostNamed} more samples" : "");
}
