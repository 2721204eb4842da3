using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Karpathy's dataset_coco.json (also dataset_flickr30k.json): a sample per image of the wanted splits, with one of its sentences,
/// another draw in each epoch.
/// </summary>
internal sealed class KarpathyCorpus(ImageFinder images, ImageView view, CaptionPrompt prompt, IReadOnlyList<string> splits) : CaptionCorpus(prompt)
{
    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(
        config,
        new KarpathyCorpus(RowCorpus.Images(config), RowCorpus.View(config), new CaptionPrompt(config), config.Options.Texts("split", "train", "restval")),
        "images");

    public override PromptFields Read(Row row, SeededRandom draws)
    {
        var fields = RowFields.Parse(row.Content);
        if (!splits.Contains(fields.Text("split")))
        {
            throw new RowException("is of another split") { IsByRule = true };
        }

        var sentences = fields.Objects("sentences");
        if (sentences.Count == 0)
        {
            throw new RowException("sentences is empty");
        }

        var caption = sentences[draws.NextInt(sentences.Count)].Text("raw").Trim();
        var name = Path.Combine(fields.OptionalText("filepath") ?? "", fields.Text("filename"));
        return Captioned(images.Require(row, name, view), caption);
    }
}
