using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// An image and its caption: the caption is written, and the image is painted where it comes after the caption and only read where it
/// comes before. Examples that come before both are only read.
/// </summary>
internal sealed class CaptionPrompt : IDisposable
{
    /// <summary>The caption's name.</summary>
    public const string Caption = "caption";

    private const string Reference = "{image}a photo of {caption}"; // the reference's prompt for captions
    private readonly PromptTemplate _template;
    private readonly bool _paints;

    /// <param name="config">May say otherwise, and name examples.</param>
    /// <param name="otherwise">The prompt where it does not.</param>
    public CaptionPrompt(DatasetConfig config, string otherwise = Reference)
    {
        Examples = FewShotExamples.Open(config, "Caption: {caption} ");
        _template = FewShotExamples.Parse(config, Examples, otherwise, "image", Caption);
        _paints = _template.HasAfter("image", Caption);
    }

    /// <summary>What comes before each sample; null for nothing.</summary>
    public FewShotExamples? Examples { get; }

    /// <summary>The pieces of a row.</summary>
    public IReadOnlyList<SamplePiece> Build(Row row, PromptFields fields, SeededRandom draws, Action<string> note)
    {
        var pieces = new PieceBuilder();
        _template.Fill(pieces, (sample, field) =>
        {
            switch (field)
            {
                case FewShotExamples.Field:
                    Examples!.AddTo(sample, row, draws, note);
                    break;
                case "image":
                    sample.Image(fields.Image, isTrained: _paints);
                    break;
                default:
                    sample.Text(fields.Texts[field]);
                    break;
            }
        });
        return pieces.Build();
    }

    /// <inheritdoc/>
    public void Dispose() => Examples?.Dispose();
}
