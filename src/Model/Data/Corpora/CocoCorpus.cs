using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>COCO's captions_*.json: a sample per caption in "annotations", its image's file_name in "images".</summary>
internal sealed class CocoCorpus(IReadOnlyList<string> files, ImageFinder images, ImageView view, CaptionPrompt prompt) : IRowConverter, IDisposable
{
    private readonly Lazy<RowIndex> _images = new(() => new RowIndex(files, "images", "id"));

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(
        config, new CocoCorpus(RowCorpus.ExpandFiles(config), RowCorpus.Images(config), RowCorpus.View(config), new CaptionPrompt(config)));

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var id = fields.Integer("image_id");
        var image = _images.Value.Find(id) ?? throw new RowException("image_id names none of the images", $"{id}");
        return prompt.Build(images.Require(row, image.Text("file_name"), view), fields.Text("caption").Trim());
    }

    public void Dispose()
    {
        if (_images.IsValueCreated)
        {
            _images.Value.Dispose();
        }
    }
}
