using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Chat.Journal;
using MmiGrains.Grains.Store;

namespace MmiGrains.Grains.Chat;

/// <summary>What a session's turns cost its tenant: each is admitted before it is accepted and counted once, when it has ended.</summary>
/// <param name="key">Which session.</param>
/// <param name="meter">Counts for all.</param>
internal sealed class SessionMeter(SessionKey key, ITurnMeter meter)
{
    private readonly Dictionary<TurnId, string> _names = []; // of turns that have not ended

    /// <summary>Asks for a turn.</summary>
    /// <returns>Images that its answer may have.</returns>
    /// <exception cref="Contracts.Errors.QuotaExceededException">The tenant has used what it may.</exception>
    public Task<int> AdmitAsync(string idempotencyKey, GenerationSettings settings) => meter.AdmitAsync(key.Tenant, Name(idempotencyKey), settings);

    /// <summary>The turn was accepted.</summary>
    public void Begin(TurnId turn, string idempotencyKey) => _names[turn] = Name(idempotencyKey);

    /// <summary>What was admitted was not accepted, unless it is a turn that has not ended.</summary>
    public Task GiveUpAsync(string idempotencyKey) =>
        _names.ContainsValue(Name(idempotencyKey)) ? Task.CompletedTask : meter.EndAsync(key.Tenant, Name(idempotencyKey), usage: null);

    /// <summary>The turn has ended.</summary>
    public Task EndAsync(TurnId turn, TurnUsage usage) => meter.EndAsync(key.Tenant, _names.Remove(turn, out var name) ? name : "", usage);

    private string Name(string idempotencyKey) => $"{key.Session}/{idempotencyKey}";
}
