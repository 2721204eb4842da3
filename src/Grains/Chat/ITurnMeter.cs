using MmiGrains.Contracts.Chat;

namespace MmiGrains.Grains.Chat;

/// <summary>Counts what tenants' turns cost, and refuses those that a tenant may not have.</summary>
public interface ITurnMeter
{
    /// <summary>Before a turn is accepted. Asked again for the same turn it counts nothing twice.</summary>
    /// <param name="tenant">Whose turn.</param>
    /// <param name="turn">Names it among the tenant's.</param>
    /// <param name="settings">How it is to be answered.</param>
    /// <returns>Images that the answer may have.</returns>
    /// <exception cref="Contracts.Errors.QuotaExceededException">The tenant has used what it may.</exception>
    Task<int> AdmitAsync(string tenant, string turn, GenerationSettings settings);

    /// <summary>After it has ended, or was not accepted after all. Does not throw.</summary>
    /// <param name="tenant">Whose turn.</param>
    /// <param name="turn">Its name.</param>
    /// <param name="usage">What it cost; null where it was not begun.</param>
    Task EndAsync(string tenant, string turn, TurnUsage? usage);
}
