namespace MmiGrains.Grains.Store;

/// <summary>What the check at the start found out about a store.</summary>
/// <param name="Kind">What answers.</param>
/// <param name="Version">Its version.</param>
/// <param name="EndPoint">Where it answers.</param>
/// <param name="SurvivesCrash">Whether an acknowledged write survives the end of the server's process.</param>
/// <param name="SurvivesPowerLoss">Whether it survives that of the machine.</param>
/// <param name="EvictionPolicy">What the server does when its memory is full; null where it does not say.</param>
/// <param name="Warnings">One sentence for everything an operator should know.</param>
public sealed record StoreFindings(
    StoreKind Kind, string Version, string EndPoint, bool SurvivesCrash, bool SurvivesPowerLoss, string? EvictionPolicy, IReadOnlyList<string> Warnings);
