using static TorchSharp.torch;

namespace MmiGrains.Model.Interleaved;

/// <summary>What one training step reads.</summary>
/// <param name="Batch">Token rows.</param>
/// <param name="EncoderPixels">[images, 3, side, side] in 0 to 1, as the encoder reads them.</param>
/// <param name="DecoderPixels">The same images as the decoder paints them.</param>
/// <param name="Draws">Random numbers of the image loss.</param>
public sealed record TrainingExample(InterleavedBatch Batch, Tensor EncoderPixels, Tensor DecoderPixels, DiffusionDraws Draws)
{
    /// <summary>Data set the rows came from; some do not train text without an image before it.</summary>
    public string DatasetName { get; init; } = "";

    /// <summary>Whether a document's tokens see no other document's in the same row; in the reference they do.</summary>
    public bool IsolatesDocuments { get; init; }

    /// <summary>Leading positions that are not trained: one entry for all rows, or one per row.</summary>
    public IReadOnlyList<int> PromptLengths { get; init; } = [0];

    /// <summary>
    /// [rows, length] of ids to predict, <see cref="TextLoss.Ignored"/> where nothing is trained: taken as given, only moved one place
    /// on. Null for the rows' own ids under the rules of <see cref="InterleavedBatch.TextTargets"/>.
    /// </summary>
    public Tensor? TargetIds { get; init; }

    /// <summary>[images], 0 where an image is not trained; null when all are.</summary>
    public Tensor? ImageMask { get; init; }

    /// <summary>
    /// Indices, int64, of the images that something trained comes after in their document: the others' features change no loss, and nothing
    /// is computed for them. Null when all are read. Only where documents are isolated.
    /// </summary>
    public Tensor? ReadImages { get; init; }

    /// <summary>Weight of the text loss; null for the configured one.</summary>
    public double? TextWeight { get; init; }

    /// <summary>Weight of the image loss; null for the configured one.</summary>
    public double? ImageWeight { get; init; }
}
