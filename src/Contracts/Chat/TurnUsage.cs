namespace MmiGrains.Contracts.Chat;

/// <summary>What an answer cost.</summary>
/// <param name="PromptTokens">Tokens before the answer, visual tokens included.</param>
/// <param name="CachedTokens">How many of them were not computed anew when it began.</param>
/// <param name="CompletionTokens">Tokens of the answer's text.</param>
/// <param name="Images">Images of the answer.</param>
[GenerateSerializer, Immutable, Alias("mmi.TurnUsage")]
public sealed record TurnUsage(
    [property: Id(0)] int PromptTokens, [property: Id(1)] int CachedTokens, [property: Id(2)] int CompletionTokens, [property: Id(3)] int Images);
