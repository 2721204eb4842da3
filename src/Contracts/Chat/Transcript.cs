namespace MmiGrains.Contracts.Chat;

/// <summary>A conversation as it stands.</summary>
/// <param name="SessionId">Its name.</param>
/// <param name="Turns">Turns, oldest first.</param>
/// <param name="LastSequence">Number of the newest event.</param>
[GenerateSerializer, Immutable, Alias("mmi.Transcript")]
public sealed record Transcript([property: Id(0)] string SessionId, [property: Id(1)] IReadOnlyList<Turn> Turns, [property: Id(2)] long LastSequence);

/// <summary>What a user said, and the answer so far.</summary>
/// <param name="TurnId">Its name.</param>
/// <param name="Sequence">Number of its first event.</param>
/// <param name="Content">What the user said.</param>
/// <param name="Answer">Text and images of the answer, in order.</param>
/// <param name="State">How far it is.</param>
[GenerateSerializer, Immutable, Alias("mmi.Turn")]
public sealed record Turn(
    [property: Id(0)] string TurnId, [property: Id(1)] long Sequence, [property: Id(2)] IReadOnlyList<Segment> Content,
    [property: Id(3)] IReadOnlyList<Segment> Answer, [property: Id(4)] TurnState State)
{
    /// <summary>When it was accepted.</summary>
    [Id(5)]
    public DateTimeOffset Time { get; init; }

    /// <summary>How it is answered, the seed chosen.</summary>
    [Id(6)]
    public GenerationSettings Settings { get; init; } = new();

    /// <summary>The event that ended it; null while it is being answered.</summary>
    [Id(7)]
    public ChatEvent? End { get; init; }
}

/// <summary>How far a turn is.</summary>
public enum TurnState
{
    /// <summary>It is being answered.</summary>
    Running,

    /// <summary>The answer is whole.</summary>
    Completed,

    /// <summary>Someone has ended it.</summary>
    Cancelled,

    /// <summary>It could not be answered to its end.</summary>
    Failed,
}
