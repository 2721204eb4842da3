namespace MmiGrains.Model.Engines.Decoding;

/// <summary>What a span yields, in order.</summary>
public abstract record DecoderEvent;

/// <summary>The next token of the text.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before temperature and penalties.</param>
public sealed record TokenDecoded(int Id, float LogProbability) : DecoderEvent;

/// <summary>The end of a span.</summary>
/// <param name="Reason">Why.</param>
/// <param name="PromptTokens">Tokens that the span began with.</param>
/// <param name="ReusedTokens">How many of them had been read before.</param>
/// <param name="Image">What the image that comes next is painted from: [1, tokens, width] flat; null where none is wanted.</param>
public sealed record SpanEnded(SpanEnd Reason, int PromptTokens, int ReusedTokens, float[]? Image = null) : DecoderEvent;
