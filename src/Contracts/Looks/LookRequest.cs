using MmiGrains.Contracts.Workers;

namespace MmiGrains.Contracts.Looks;

/// <summary>A span that a decoder reads once more, to tell what it looked at.</summary>
/// <param name="Scope">What may share cached prefixes with it: the tenant.</param>
/// <param name="Parts">The sequence as the span began with it, begin-of-sequence token left out.</param>
/// <param name="Tokens">What the span generated.</param>
/// <param name="MaxNewTokens">What the span might have generated at most: room for it was kept.</param>
[GenerateSerializer, Immutable, Alias("mmi.LookRequest")]
public sealed record LookRequest(
    [property: Id(0)] string Scope, [property: Id(1)] IReadOnlyList<SequencePart> Parts, [property: Id(2)] IReadOnlyList<int> Tokens,
    [property: Id(3)] int MaxNewTokens)
{
    /// <summary>Which of the tokens; null where it is text or an image that is asked about.</summary>
    [Id(4)]
    public int? Token { get; init; }

    /// <summary>Which characters of the tokens' text; null likewise.</summary>
    [Id(5)]
    public TextStretch? Text { get; init; }

    /// <summary>Whether it was the span's only task to begin an image.</summary>
    [Id(6)]
    public bool WantsImage { get; init; }
}
