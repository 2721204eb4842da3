namespace MmiGrains.Contracts.Chat;

/// <summary>What a conversation begins with.</summary>
[GenerateSerializer, Immutable, Alias("mmi.SessionOpening")]
public sealed record SessionOpening
{
    /// <summary>What was said elsewhere before, oldest first. These are no turns of the session; its answers go on after them.</summary>
    [Id(0)]
    public IReadOnlyList<PastTurn> History { get; init; } = [];

    /// <summary>Conversations of one name have a beginning in common: they go to the worker that has read it. Null for the session's own.</summary>
    [Id(1)]
    public string? WarmName { get; init; }

    /// <summary>Whether it is made for one answer: once deleted nothing is left of it, and its id may be used again after an hour.</summary>
    [Id(2)]
    public bool IsPassing { get; init; }
}

/// <summary>What a user said, and what was answered.</summary>
/// <param name="Content">What the user said; it may be nothing.</param>
/// <param name="Answer">What was answered; it may be nothing.</param>
[GenerateSerializer, Immutable, Alias("mmi.PastTurn")]
public sealed record PastTurn([property: Id(0)] IReadOnlyList<Segment> Content, [property: Id(1)] IReadOnlyList<Segment> Answer);
