namespace MmiGrains.Silo.Http.Access;

/// <summary>What a tenant may use, all of its keys together; null where there is no limit.</summary>
internal sealed record TenantQuota
{
    /// <summary>No limits.</summary>
    public static TenantQuota None { get; } = new();

    /// <summary>Requests in a minute of the clock.</summary>
    public long? RequestsPerMinute { get; init; }

    /// <summary>Tokens of prompts and answers in a day, UTC. The turn that passes the limit is still answered to its end.</summary>
    public long? TokensPerDay { get; init; }

    /// <summary>Images painted in a day, UTC.</summary>
    public long? ImagesPerDay { get; init; }

    /// <summary>Turns that are answered, or wait, at the same time.</summary>
    public long? ConcurrentTurns { get; init; }
}
