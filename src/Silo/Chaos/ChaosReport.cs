namespace MmiGrains.Silo.Chaos;

/// <summary>What came of it.</summary>
/// <param name="Faults">Faults.</param>
/// <param name="Turns">Turns that were acknowledged.</param>
/// <param name="Events">Events that clients saw.</param>
/// <param name="Retries">Calls that clients made again.</param>
/// <param name="MostRetries">The most for one thing.</param>
/// <param name="GaveUp">Times that a client heard nothing for <see cref="ChaosClient.Patience"/>, and came back when the faults were over.</param>
/// <param name="SlowestTurn">The longest time from what a client said to the end of the answer.</param>
/// <param name="Wrong">Promises broken, a sentence each.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record ChaosReport(int Faults, int Turns, int Events, int Retries, int MostRetries, int GaveUp, TimeSpan SlowestTurn, IReadOnlyList<string> Wrong, TimeSpan Elapsed);
