using MmiGrains.Model.Data.Configuration;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// What of a story is trained. All of it, unless "context" says what comes before the last frame, as the reference does when it evaluates: all
/// before it ("multi_modal"), their images or texts alone ("image_only", "text_only"), or nothing ("current"). Then the last frame's image is
/// trained, after its text where there are texts, or with "target": "text" its text, after its image where there are images.
/// </summary>
internal sealed class StoryWording
{
    private const string All = "all", ImageOnly = "image_only", TextOnly = "text_only", Current = "current";
    private readonly string _context;
    private readonly bool _writes;

    public StoryWording(DatasetConfig config)
    {
        _context = config.Options.Choice("context", All, All, "multi_modal", ImageOnly, TextOnly, Current);
        _writes = config.Options.Choice("target", "image", "image", "text") == "text";
    }

    /// <summary>The pieces of a story, one image for each text.</summary>
    public IReadOnlyList<SamplePiece> Build(IReadOnlyList<string> texts, IReadOnlyList<(ISampleImage Image, int Text, bool IsFirst)> images)
    {
        var pieces = new PieceBuilder();
        if (_context == All)
        {
            return pieces.Interleaved(texts, images).Build();
        }

        for (var i = _context == Current ? texts.Count : 0; i < texts.Count - 1; i++)
        {
            Add(pieces, images[i].Image, texts[i] + " ", images[i].IsFirst);
        }

        var (image, text) = (images[^1].Image, texts[^1]);
        if (_writes)
        {
            _ = _context == TextOnly ? pieces : pieces.Image(image, isTrained: false);
            return pieces.Text(text).Build();
        }

        return pieces.Text(_context == ImageOnly ? "" : text, isTrained: false).Image(image).Build();
    }

    private void Add(PieceBuilder pieces, ISampleImage image, string text, bool imageFirst)
    {
        text = _context == ImageOnly ? "" : text;
        _ = imageFirst ? pieces : pieces.Text(text, isTrained: false);
        _ = _context == TextOnly ? pieces : pieces.Image(image, isTrained: false);
        _ = imageFirst ? pieces.Text(text, isTrained: false) : pieces;
    }
}
