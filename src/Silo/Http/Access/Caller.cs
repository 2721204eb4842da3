namespace MmiGrains.Silo.Http.Access;

/// <summary>Who makes a request.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Key">The key's public id; null where none is needed.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Revoked">Cancelled when the key no longer holds.</param>
internal sealed record Caller(string Tenant, string? Key, AccessScopes Scopes, CancellationToken Revoked);
