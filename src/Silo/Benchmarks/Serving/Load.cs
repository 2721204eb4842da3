namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>What a load of streams, all begun together, came to.</summary>
/// <param name="Tokens">Tokens of all answers.</param>
/// <param name="Seconds">From the first question to the last answer's end.</param>
internal sealed record Load(int Tokens, double Seconds)
{
    /// <summary>All streams together.</summary>
    public double TokensPerSecond => Tokens / Seconds;
}
