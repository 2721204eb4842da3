using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>A conversation as a client sends it whole, its pictures stored.</summary>
/// <param name="Content">What is to be answered.</param>
/// <param name="Opening">What came before.</param>
internal sealed record Conversation(IReadOnlyList<Segment> Content, SessionOpening Opening);
