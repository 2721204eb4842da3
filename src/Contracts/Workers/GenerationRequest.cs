using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Images;

namespace MmiGrains.Contracts.Workers;

/// <summary>A sequence to go on with.</summary>
/// <param name="SpanId">Names this try; what comes of an earlier one is ignored.</param>
/// <param name="Owner">Who is told.</param>
/// <param name="Scope">What may share cached prefixes with it: the tenant.</param>
/// <param name="Parts">The sequence so far, begin-of-sequence token left out.</param>
/// <param name="Settings">How to choose tokens.</param>
[GenerateSerializer, Immutable, Alias("mmi.GenerationRequest")]
public sealed record GenerationRequest(
    [property: Id(0)] string SpanId, [property: Id(1)] ISpanOwner Owner, [property: Id(2)] string Scope,
    [property: Id(3)] IReadOnlyList<SequencePart> Parts, [property: Id(4)] GenerationSettings Settings)
{
    /// <summary>How many of the last tokens the model has generated in this answer: the sampler goes on after them.</summary>
    [Id(5)]
    public int GeneratedTokens { get; init; }

    /// <summary>Whether an image comes next.</summary>
    [Id(6)]
    public bool WantsImage { get; init; }

    /// <summary>Tokens left to generate, at most.</summary>
    [Id(7)]
    public int MaxNewTokens { get; init; }

    /// <summary>Seed of the answer.</summary>
    [Id(8)]
    public long Seed { get; init; }

    /// <summary>Smaller numbers first.</summary>
    [Id(9)]
    public int Priority { get; init; }
}
