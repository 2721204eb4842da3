namespace MmiGrains.Silo.Http.Access;

/// <summary>What a tenant has used since midnight, UTC.</summary>
/// <param name="Turns">Turns that have ended.</param>
/// <param name="PromptTokens">Tokens before answers.</param>
/// <param name="CachedTokens">How many of them were not computed anew.</param>
/// <param name="CompletionTokens">Tokens of answers.</param>
/// <param name="Images">Images painted.</param>
internal sealed record UsageToday(long Turns, long PromptTokens, long CachedTokens, long CompletionTokens, long Images)
{
    /// <summary>What counts against the day's tokens.</summary>
    public long Tokens => PromptTokens + CompletionTokens;
}
