using MmiGrains.Model.Data.Configuration;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// An image and its caption: the caption is written, and the image is painted where it comes after the caption and only read where it
/// comes before.
/// </summary>
internal sealed class CaptionPrompt
{
    private const string Reference = "{image}a photo of {caption}"; // the reference's prompt for captions
    private readonly PromptTemplate _template;
    private readonly bool _paints;

    public CaptionPrompt(DatasetConfig config)
    {
        _template = PromptTemplate.Parse(config.Options.Text("prompt", Reference), ["image", "caption"], "image", "caption");
        _paints = _template.HasAfter("image", "caption");
    }

    public IReadOnlyList<SamplePiece> Build(ISampleImage image, string caption)
    {
        var pieces = new PieceBuilder();
        _template.Fill(pieces, (sample, field) =>
        {
            _ = field == "image" ? sample.Image(image, isTrained: _paints) : sample.Text(caption);
        });
        return pieces.Build();
    }
}
