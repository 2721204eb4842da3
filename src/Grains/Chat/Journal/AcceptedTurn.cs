namespace MmiGrains.Grains.Chat.Journal;

/// <summary>How a request to begin a turn was met.</summary>
public enum AcceptOutcome
{
    /// <summary>A turn began; its record is durable.</summary>
    New,

    /// <summary>The same request came before; this is its turn.</summary>
    Existing,

    /// <summary>The key came before with another request; nothing was done.</summary>
    Conflict,
}

/// <summary>The answer to a request to begin a turn.</summary>
/// <param name="Outcome">Whether it is new.</param>
/// <param name="Turn">The turn of this idempotency key.</param>
/// <param name="Sequence">The record that accepted it.</param>
public sealed record AcceptedTurn(AcceptOutcome Outcome, TurnId Turn, long Sequence);
