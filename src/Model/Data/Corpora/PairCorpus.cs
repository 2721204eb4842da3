using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Images with captions (LAION and the like): {"image": "a.jpg", "caption": "a cat"}, the caption a text or a list of texts, or the
/// image with its .txt or .json in a shard. The image comes before or after by chance. The reference's sample file has Python's
/// quotes in place of JSON's; such rows are read and noted.
/// </summary>
internal sealed class PairCorpus(ImageFinder images, ImageView view, double imageFirst, bool isLowercase) : IRowConverter
{
    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(
        config,
        new PairCorpus(RowCorpus.Images(config), RowCorpus.View(config), config.Options.Number("image_first", 0.5, 0, 1), config.Options.Flag("lowercase")),
        "pairs");

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var (image, caption) = row.Members.Count > 0 ? FromShard(row) : FromLine(row, note);
        caption = isLowercase ? caption.ToLowerInvariant() : caption;
        return draws.Happens(imageFirst)
            ? new PieceBuilder().Image(image).Text(caption).Build()
            : new PieceBuilder().Text(caption).Image(image).Build();
    }

    private (ISampleImage Image, string Caption) FromLine(Row row, Action<string> note)
    {
        var isPython = PythonLiteral.IsLikely(row.Content.Span);
        var fields = RowFields.Parse(isPython ? PythonLiteral.ToJson(row.Content.Span) : row.Content);
        var caption = fields.JoinedText("caption");
        var image = images.Require(row, fields.Text("image"), view);
        if (isPython)
        {
            note("rows are Python dictionaries instead of JSON");
        }

        return (image, caption);
    }

    private (ISampleImage Image, string Caption) FromShard(Row row)
    {
        var caption = row.Caption?.Trim()
            ?? (row.Content.IsEmpty ? throw new RowException("the shard's sample has neither .txt nor .json") : RowFields.Parse(row.Content).JoinedText("caption"));
        return caption.Length == 0 ? throw new RowException("caption is empty") : (ImageFinder.Single(row, view), caption);
    }
}
