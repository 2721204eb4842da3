using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// COCO's captions_*.json: a sample per caption in "annotations", its image's file_name in "images"; nocaps and Flickr30k lie in the same
/// format. A caption may be a list, of which one is drawn in each epoch. With "one_per_image" only the first caption of each image is
/// used, as the reference does when it evaluates, and with "domain" those of nocaps' images that are of one.
/// </summary>
internal sealed class CocoCorpus : CaptionCorpus
{
    private readonly ImageFinder _finder;
    private readonly ImageView _view;
    private readonly bool _isLowercase;
    private readonly IReadOnlyList<string> _domains;
    private readonly Lazy<FirstRows>? _first;
    private readonly Lazy<RowIndex> _images;

    private CocoCorpus(DatasetConfig config, bool isLowercase) : base(new CaptionPrompt(config))
    {
        var files = RowCorpus.ExpandFiles(config);
        (_finder, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        _isLowercase = config.Options.Flag("lowercase", isLowercase);
        _domains = config.Options.Texts("domain");
        _first = config.Options.Flag("one_per_image")
            ? new(() => new FirstRows(files, (file, start) => RowReaders.Open(file, "annotations", start), "image_id"))
            : null;
        _images = new(() => new RowIndex(files, "images", "id"));
    }

    public static RowCorpus Define(DatasetConfig config, bool isLowercase = false) => RowCorpus.Of(config, new CocoCorpus(config, isLowercase));

    public override PromptFields Read(Row row, SeededRandom draws)
    {
        var fields = RowFields.Parse(row.Content);
        var id = fields.Integer("image_id");
        var image = _images.Value.Find(id) ?? throw new RowException("image_id names none of the images", $"{id}");
        if (_domains.Count > 0 && !_domains.Contains(image.Text("domain")))
        {
            throw new RowException("is of another domain") { IsByRule = true };
        }

        _first?.Value.Require(row);
        var caption = fields.OneText("caption", draws).Trim();
        return Captioned(_finder.Require(row, image.Text("file_name"), _view), _isLowercase ? caption.ToLowerInvariant() : caption);
    }

    public override void Dispose()
    {
        base.Dispose();
        if (_images.IsValueCreated)
        {
            _images.Value.Dispose();
        }
    }
}
