namespace MmiGrains.Silo.Chaos;

/// <summary>What came of a soak.</summary>
/// <param name="Turns">Turns that were answered.</param>
/// <param name="Sessions">Sessions that were begun.</param>
/// <param name="Retries">The most calls that a client made again for one thing.</param>
/// <param name="Trends">Each silo's memory.</param>
/// <param name="Samples">A file with every sample, a JSON line each.</param>
internal sealed record SoakReport(int Turns, int Sessions, int Retries, IReadOnlyDictionary<int, MemoryTrend> Trends, string Samples)
{
    /// <summary>Growth that is let pass, as a share.</summary>
    public const double MostGrowth = 0.02;

    /// <summary>Whether every silo's memory stayed as it was.</summary>
    public bool IsFlat => Trends.Values.All(trend => trend.Growth < MostGrowth);
}
