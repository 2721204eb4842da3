using MmiGrains.Model.Generation;
using MmiGrains.Model.Mmfs.Looks;

namespace MmiGrains.Model.Engines.Decoding;

/// <summary>A sequence to go on with, and how.</summary>
public sealed record DecodeRequest
{
    /// <summary>Who asks: what one scope has cached, another never finds.</summary>
    public required string Scope { get; init; }

    /// <summary>The whole sequence so far, from its begin-of-sequence token; images as a begin-of-image token and visual tokens.</summary>
    public required IReadOnlyList<long> TokenIds { get; init; }

    /// <summary>The images among them, in order. They must outlive the request.</summary>
    public IReadOnlyList<DecoderImage> Images { get; init; } = [];

    /// <summary>How to choose tokens: greedy or sampled, not with beams.</summary>
    public TextOptions Options { get; init; } = new();

    /// <summary>
    /// How many of the last tokens this answer has generated: penalties count them and the sampler goes on after them, as if the span had never been broken off.
    /// </summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Ids that the tokenizer knows: those from here on are never chosen. A model may have embeddings that stand for nothing.</summary>
    public int VocabularySize { get; init; } = int.MaxValue;

    /// <summary>Whether an image comes next, whatever the model would say.</summary>
    public bool WantsImage { get; init; }

    /// <summary>Smaller numbers are served first, and larger ones give way to them: 0 for chat, above for batch jobs.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// Told what the last <see cref="LookTokens"/> tokens look at, on the engine's thread, until the request has ended; null for nobody. The
    /// sequence is then read and not continued.
    /// </summary>
    public LookRecorder? Looks { get; init; }

    /// <summary>How many tokens <see cref="Looks"/> is told of; they are computed even where they are cached.</summary>
    public int LookTokens { get; init; } = 1;
}
