namespace MmiGrains.Contracts.Chat;

/// <summary>What a user says, once.</summary>
/// <param name="IdempotencyKey">Names the turn: sent again, with the same content, it is the same turn.</param>
/// <param name="Content">Text and images, in order.</param>
/// <param name="Settings">How to answer.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnRequest")]
public sealed record TurnRequest(
    [property: Id(0)] string IdempotencyKey, [property: Id(1)] IReadOnlyList<Segment> Content, [property: Id(2)] GenerationSettings Settings)
{
    /// <summary>0 for someone who waits, above for batch jobs.</summary>
    [Id(3)]
    public int Priority { get; init; }

    /// <summary>How long after it was accepted its answer is wanted; null for ever.</summary>
    [Id(5)]
    public TimeSpan? TimeLimit { get; init; }
}
