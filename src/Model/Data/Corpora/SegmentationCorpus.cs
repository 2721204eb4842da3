using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// A class map and a caption to read, and the image to paint: {"image", "map", "caption"}, or ADE20K's {"image_id", "caption"} with
/// "image_name": "images/training/{image_id}.jpg" and "map_name": "annotations/training/{image_id}.png". Maps of class numbers become
/// colours with "map_colors": "by_class".
/// </summary>
internal sealed class SegmentationCorpus : IRowConverter
{
    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly ImageView _mapView;
    private readonly PromptTemplate _prompt;
    private readonly string? _imageName;
    private readonly string? _mapName;

    private SegmentationCorpus(DatasetConfig config)
    {
        var options = config.Options;
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        _mapView = _view with { ColorsClasses = options.Choice("map_colors", "as_stored", "as_stored", "by_class") == "by_class" };
        _prompt = PromptTemplate.Parse(options.Text("prompt", "{map}{caption}.{image}"), ["map", "caption", "image"], "map", "image"); // the reference's
        (_imageName, _mapName) = (options.OptionalText("image_name"), options.OptionalText("map_name"));
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new SegmentationCorpus(config));

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var image = _images.Require(row, _imageName is null ? fields.Text("image") : NamePattern.Fill(_imageName, fields), _view);
        var map = _images.Require(row, _mapName is null ? fields.Text("map") : NamePattern.Fill(_mapName, fields), _mapView);
        var caption = fields.Text("caption").Trim();
        var pieces = new PieceBuilder();
        _prompt.Fill(pieces, (sample, field) =>
        {
            _ = field == "map" ? sample.Image(map, isTrained: false) : field == "image" ? sample.Image(image) : sample.Text(caption, isTrained: false);
        });
        return pieces.Build();
    }
}
