using MmiGrains.Model.Generation;
using MmiGrains.Model.Mmfs;
using static TorchSharp.torch;

namespace MmiGrains.Model.Llama;

/// <summary>What one pass of the language model reads.</summary>
/// <param name="Embeddings">[rows, new tokens, hidden].</param>
public sealed record LlamaInput(Tensor Embeddings)
{
    /// <summary>[rows, all tokens so far], 1 where a token is real; null when all are.</summary>
    public Tensor? KeyMask { get; init; }

    /// <summary>[rows, all tokens so far], equal for tokens of one document, which alone see each other; null where a row's tokens all do.</summary>
    public Tensor? Documents { get; init; }

    /// <summary>[rows, new tokens]; null for 0, 1, 2, ... after what the cache holds, padding counted.</summary>
    public Tensor? PositionIds { get; init; }

    /// <summary>Images to look at; null skips the look altogether, which is not the same as seeing no image.</summary>
    public VisibleImages? Images { get; init; }

    /// <summary>Keys and values of earlier tokens, to which the new ones are appended.</summary>
    public KvCache? Cache { get; init; }
}
