using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Localized narratives (LN-COCO's coco_val_captions.jsonl): {"image_id": "137576", "caption": "In this image ..."}, the caption first
/// and its image painted. Images are named by their number, "image_name": "val2017/{image_id:12}.jpg". With "one_per_image" only the
/// first narrative of each image is used.
/// </summary>
internal sealed class NarrativeCorpus : CaptionCorpus
{
    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly string _imageName;
    private readonly Lazy<FirstRows>? _first;

    private NarrativeCorpus(DatasetConfig config) : base(new CaptionPrompt(config, "{caption}{image}"))
    {
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        _imageName = config.Options.Text("image_name", "val2017/{image_id:12}.jpg");
        var files = RowCorpus.ExpandFiles(config);
        _first = config.Options.Flag("one_per_image")
            ? new(() => new FirstRows(files, (file, start) => RowReaders.Open(file, "annotations", start), "image_id"))
            : null;
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new NarrativeCorpus(config));

    public override PromptFields Read(Row row, SeededRandom draws)
    {
        var fields = RowFields.Parse(row.Content);
        var image = _images.Require(row, NamePattern.Fill(_imageName, fields), _view);
        _first?.Value.Require(row);
        return Captioned(image, fields.Text("caption").Trim());
    }
}
