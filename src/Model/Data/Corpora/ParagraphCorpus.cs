using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Image2Paragraph's paragraphs_coco.json: {"annotations": [{"image_id", "caption", "url"}]}, the image named by the last two parts of
/// its url, "VG_100K/1.jpg". "split_ids" names the file that lists a split's image_ids.
/// </summary>
internal sealed class ParagraphCorpus : CaptionCorpus
{
    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly HashSet<long>? _split;

    private ParagraphCorpus(DatasetConfig config)
        : base(new CaptionPrompt(config, "{image}Please describe the image in detail. The image depicts {caption}")) // the reference's prompt
    {
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config));
        _split = config.Options.OptionalText("split_ids") is { } name ? ReadSplit(FilePatterns.Expand([name], config.Folder, config.Place)) : null;
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new ParagraphCorpus(config));

    public override PromptFields Read(Row row, SeededRandom draws)
    {
        var fields = RowFields.Parse(row.Content);
        if (_split?.Contains(fields.Integer("image_id")) == false)
        {
            throw new RowException("is of another split") { IsByRule = true };
        }

        var name = fields.Text("url").Split('/') is [.., var folder, var file] ? $"{folder}/{file}" : throw new RowException("url has no folder and file", fields.Text("url"));
        return Captioned(_images.Require(row, name, _view), fields.Text("caption").Trim());
    }

    private static HashSet<long> ReadSplit(IReadOnlyList<string> files)
    {
        try
        {
            return [.. files.SelectMany(file => JsonSerializer.Deserialize<long[]>(File.ReadAllBytes(file)) ?? [])];
        }
        catch (JsonException problem)
        {
            throw new DataException($"'{files[0]}' is not a list of image_ids: {problem.Message.Split(" Path:")[0].TrimEnd('.')}.", problem);
        }
    }
}
