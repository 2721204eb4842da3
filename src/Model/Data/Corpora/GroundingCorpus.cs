using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Expressions and boxes. RefCOCO-like rows, {"image", "expression", "bbox": [x, y, width, height], "width", "height"} in pixels, are to
/// be found ("grounding") or described ("referring"); GRIT's rows, a caption with "ref_exps" (or "noun_chunks"), are captions with boxes.
/// Images are stretched to a square, so that boxes stay where they are.
/// </summary>
internal sealed class GroundingCorpus : IRowConverter
{
    private static readonly string[] Fields = ["image", "expression", "ref", "box", "caption"];

    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly bool _refers;
    private readonly double _confidence;
    private readonly string _phrases;
    private readonly PromptTemplate _prompt;
    private readonly PromptTemplate _captionPrompt;

    private GroundingCorpus(DatasetConfig config)
    {
        var options = config.Options;
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config, ImageFit.Stretch));
        _refers = options.Choice("task", "grounding", "grounding", "referring") == "referring";
        _confidence = options.Number("confidence", 0, 0, 1);
        _phrases = options.Choice("phrases", "ref_exps", "ref_exps", "noun_chunks");

        // The reference's prompts.
        _prompt = PromptTemplate.Parse(
            options.Text("prompt", _refers
                ? "{image}Provide a short description for this <ref>region</ref>{box}. {expression}"
                : "{image}Provide the bounding box coordinate of the region this sentence describes. {ref}{box}"),
            Fields[..4], ["image", "box", .. _refers ? ["expression"] : Array.Empty<string>()]);
        _captionPrompt = PromptTemplate.Parse(options.Text("caption_prompt", "{image}Generate the caption with grounding. {caption}"), Fields, "image", "caption");
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new GroundingCorpus(config));

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        var image = row.Members.Count > 0 ? ImageFinder.Single(row, _view) : _images.Require(row, fields.Text("image"), _view);
        var pieces = new PieceBuilder();
        if (fields.Has("caption") && fields.Has(_phrases))
        {
            var phrases = fields.List(_phrases).Select(phrase => Numbers(phrase, _phrases)).ToArray();
            var caption = Boxes.Insert(fields.Text("caption"), phrases, _confidence);
            _captionPrompt.Fill(pieces, (sample, field) => _ = field == "image" ? sample.Image(image, isTrained: false) : sample.Text(caption));
            return pieces.Build();
        }

        var (expression, box) = (fields.Text("expression").Trim(), Box(fields));
        _prompt.Fill(pieces, (sample, field) =>
        {
            _ = field switch
            {
                "image" => sample.Image(image, isTrained: false),
                "box" => sample.Text(box, isTrained: !_refers),
                "ref" => sample.Text(Boxes.Refer(expression), isTrained: _refers),
                _ => sample.Text(expression, isTrained: _refers),
            };
        });
        return pieces.Build();
    }

    private static string Box(RowFields fields)
    {
        var (width, height) = (fields.Number("width"), fields.Number("height"));
        if (width <= 0 || height <= 0)
        {
            throw new RowException("width or height is not above zero", FormattableString.Invariant($"{width} x {height}"));
        }

        return fields.Numbers("bbox") is [var x, var y, var across, var down]
            ? Boxes.Write(x / width, y / height, (x + across) / width, (y + down) / height)
            : throw new RowException("bbox is not four numbers");
    }

    private static IReadOnlyList<double> Numbers(JsonElement phrase, string name) => phrase.ValueKind == JsonValueKind.Array
        ? [.. phrase.EnumerateArray().Select(number => RowFields.AsNumber(number, $"an entry of {name}"))]
        : throw new RowException($"an entry of {name} is not a list");
}
