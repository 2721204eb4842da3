using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>What a row says before it is put in words: an image, and texts by the names that prompts have for them.</summary>
/// <param name="Image">The image.</param>
/// <param name="Texts">The texts, such as "question" and "answer".</param>
internal sealed record PromptFields(ISampleImage Image, IReadOnlyDictionary<string, string> Texts)
{
    /// <summary>Adds one field, what stands in it only read.</summary>
    public void AddRead(PieceBuilder pieces, string field) => _ = field == "image" ? pieces.Image(Image, isTrained: false) : pieces.Text(Texts[field], isTrained: false);
}
