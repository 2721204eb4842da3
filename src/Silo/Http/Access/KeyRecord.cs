using System.Text.Json.Serialization;

namespace MmiGrains.Silo.Http.Access;

/// <summary>A key as the store has it.</summary>
/// <param name="Id">Its public part.</param>
/// <param name="Tenant">Whose requests it makes.</param>
/// <param name="Name">What it is for, in its owner's words.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Hash">Keyed hash of the secret.</param>
/// <param name="Created">When it was made.</param>
internal sealed record KeyRecord(string Id, string Tenant, string Name, AccessScopes Scopes, byte[] Hash, DateTimeOffset Created)
{
    /// <summary>When it was revoked; null while it holds. The record stays, so that revoking the last key opens nothing.</summary>
    public DateTimeOffset? Revoked { get; init; }
}

/// <summary>Keys and quotas as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRecord))]
[JsonSerializable(typeof(TenantQuota))]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AccessJson : JsonSerializerContext;
