namespace MmiGrains.Contracts.Chat;

/// <summary>Says that a turn is durable.</summary>
/// <param name="TurnId">Its name.</param>
/// <param name="Sequence">Sequence number of its first event: the stream from there on is the turn's.</param>
/// <param name="IsRepeat">Whether it had been accepted before.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnReceipt")]
public sealed record TurnReceipt([property: Id(0)] string TurnId, [property: Id(1)] long Sequence, [property: Id(2)] bool IsRepeat);
