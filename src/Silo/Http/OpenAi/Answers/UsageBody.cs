using MmiGrains.Contracts.Chat;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>What an answer cost.</summary>
internal sealed record UsageBody(int PromptTokens, int CompletionTokens, int TotalTokens, PromptDetails PromptTokensDetails, int Images)
{
    public static UsageBody Of(TurnUsage usage) =>
        new(usage.PromptTokens, usage.CompletionTokens, usage.PromptTokens + usage.CompletionTokens, new PromptDetails(usage.CachedTokens), usage.Images);
}

/// <summary>Tokens of the prompt that were not computed anew.</summary>
internal sealed record PromptDetails(int CachedTokens);
