using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Workers;

/// <summary>What a worker tells a span's owner, in order: reports are numbered from 0 within a span.</summary>
/// <param name="SpanId">Which try.</param>
/// <param name="Number">From 0.</param>
[GenerateSerializer, Immutable, Alias("mmi.SpanReport")]
public abstract record SpanReport([property: Id(0)] string SpanId, [property: Id(1)] int Number);

/// <summary>Tokens, as many as came since the last report.</summary>
/// <param name="SpanId">Which try.</param>
/// <param name="Number">From 0.</param>
/// <param name="TokenIds">The tokens.</param>
/// <param name="LogProbabilities">Of each token.</param>
/// <param name="Text">Whole characters that became certain.</param>
[GenerateSerializer, Immutable, Alias("mmi.TokensReport")]
public sealed record TokensReport(
    string SpanId, int Number, [property: Id(0)] IReadOnlyList<int> TokenIds, [property: Id(1)] IReadOnlyList<float> LogProbabilities,
    [property: Id(2)] string Text) : SpanReport(SpanId, Number)
{
    /// <summary>Why the span ended; null while it goes on.</summary>
    [Id(3)]
    public SpanEndReason? End { get; init; }

    /// <summary>What the image that comes next is painted from; null for none.</summary>
    [Id(4)]
    public ImagePrompt? Prompt { get; init; }

    /// <summary>Tokens that the span began with.</summary>
    [Id(5)]
    public int PromptTokens { get; init; }

    /// <summary>How many of them were computed before.</summary>
    [Id(6)]
    public int CachedTokens { get; init; }
}

/// <summary>How far an image is.</summary>
/// <param name="SpanId">Which try.</param>
/// <param name="Number">From 0.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Preview">A PNG; null between previews.</param>
[GenerateSerializer, Immutable, Alias("mmi.PaintReport")]
public sealed record PaintReport(
    string SpanId, int Number, [property: Id(0)] int Step, [property: Id(1)] int Steps, [property: Id(2)] byte[]? Preview) : SpanReport(SpanId, Number);

/// <summary>An image is painted and stored.</summary>
/// <param name="SpanId">Which try.</param>
/// <param name="Number">From 0.</param>
/// <param name="Image">Where.</param>
[GenerateSerializer, Immutable, Alias("mmi.PaintedReport")]
public sealed record PaintedReport(string SpanId, int Number, [property: Id(0)] ImageId Image) : SpanReport(SpanId, Number);

/// <summary>The worker cannot go on; another may.</summary>
/// <param name="SpanId">Which try.</param>
/// <param name="Number">From 0.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">One sentence.</param>
/// <param name="MayRetry">Whether another try may succeed.</param>
[GenerateSerializer, Immutable, Alias("mmi.FailureReport")]
public sealed record FailureReport(
    string SpanId, int Number, [property: Id(0)] string Code, [property: Id(1)] string Message, [property: Id(2)] bool MayRetry) : SpanReport(SpanId, Number);

/// <summary>Why a span of tokens ended.</summary>
public enum SpanEndReason
{
    /// <summary>The model ended its answer.</summary>
    EndOfText,

    /// <summary>An image comes next.</summary>
    Image,

    /// <summary>As many tokens as were asked for, or as the sequence has room for.</summary>
    Length,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}
