namespace MmiGrains.Silo.Http.Access;

/// <summary>Who asked for what, and how it ended; nothing of what was said or shown.</summary>
/// <param name="Time">When it ended.</param>
/// <param name="RequestId">Its name.</param>
/// <param name="Tenant">Whose request; null where it is not known.</param>
/// <param name="Key">The key's public id; null without one.</param>
/// <param name="Method">HTTP's verb.</param>
/// <param name="Route">The route, its variable parts as names.</param>
/// <param name="Status">HTTP's number.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Address">Where it came from.</param>
internal sealed record AuditEntry(
    DateTimeOffset Time, string RequestId, string? Tenant, string? Key, string Method, string Route, int Status, long Milliseconds, string? Address);
