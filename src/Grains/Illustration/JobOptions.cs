namespace MmiGrains.Grains.Illustration;

/// <summary>What an operator allows jobs.</summary>
public sealed record JobOptions
{
    /// <summary>Hosts, as host or host:port, that may be told of a job's end; others would let a tenant reach into the operator's network.</summary>
    public IReadOnlyList<string> WebhookHosts { get; init; } = [];
}
