using System.Text.Json;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using MmiGrains.Model.Data.Pictures;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// Expressions and boxes. RefCOCO-like rows, {"image", "expression", "bbox": [x, y, width, height], "width", "height"} in pixels, are to
/// be found ("grounding") or described ("referring"), or hold a "question" about the box and its "answer" ("region_vqa"); GRIT's rows, a
/// caption with "ref_exps" (or "noun_chunks"), are captions with boxes. The reference's own files have the expression in another field
/// ("text_field": "sent"), corners for boxes ("boxes": "corners"), no width and height, which the image then tells, and captions that hold
/// their boxes, &lt;box&gt;(x1,y1)(x2,y2)&lt;/box&gt; in pixels ("grounded_caption"). Images are stretched to a square, so that boxes stay where
/// they are.
/// </summary>
internal sealed class GroundingCorpus : IRowConverter
{
    private const string Grounding = "grounding", Referring = "referring", RegionVqa = "region_vqa", GroundedCaption = "grounded_caption";
    private static readonly string[] CaptionFields = ["image", "caption"];

    private readonly ImageFinder _images;
    private readonly ImageView _view;
    private readonly string _task;
    private readonly string _textField;
    private readonly bool _hasCorners;
    private readonly double _confidence;
    private readonly string _phrases;
    private readonly PromptTemplate _prompt;
    private readonly PromptTemplate _captionPrompt;

    private GroundingCorpus(DatasetConfig config)
    {
        var options = config.Options;
        (_images, _view) = (RowCorpus.Images(config), RowCorpus.View(config, ImageFit.Stretch));
        _task = options.Choice("task", Grounding, Grounding, Referring, RegionVqa, GroundedCaption);
        _textField = options.Text("text_field", _task == GroundedCaption ? "caption" : "expression");
        _hasCorners = options.Choice("boxes", "sides", "sides", "corners") == "corners";
        _confidence = options.Number("confidence", 0, 0, 1);
        _phrases = options.Choice("phrases", "ref_exps", "ref_exps", "noun_chunks");

        // The reference's prompts.
        const string Caption = "{image}Generate the caption with grounding. {caption}";
        var (prompt, fields, required) = _task switch
        {
            Grounding => ("{image}Provide the bounding box coordinate of the region this sentence describes. {ref}{box}", new[] { "image", "expression", "ref", "box" }, new[] { "image", "box" }),
            Referring => ("{image}Provide a short description for this <ref>region</ref>{box}. {expression}", ["image", "expression", "ref", "box"], ["image", "box", "expression"]),
            RegionVqa => ("{image}Answer this question according to the <ref>region</ref>{box}. {question} {answer}", ["image", "question", "answer", "box"], ["image", "box", "question", "answer"]),
            _ => (Caption, CaptionFields, CaptionFields),
        };
        _prompt = PromptTemplate.Parse(options.Text("prompt", prompt), fields, required);
        _captionPrompt = PromptTemplate.Parse(options.Text("caption_prompt", Caption), CaptionFields, CaptionFields);
    }

    public static RowCorpus Define(DatasetConfig config) => RowCorpus.Of(config, new GroundingCorpus(config));

    public IReadOnlyList<SamplePiece> Convert(Row row, SeededRandom draws, Action<string> note)
    {
        var fields = RowFields.Parse(row.Content);
        if (fields.Has("confidence") && fields.Number("confidence") < _confidence)
        {
            throw new RowException("its box is not confident enough") { IsByRule = true };
        }

        var image = row.Members.Count > 0 ? ImageFinder.Single(row, _view) : _images.Require(row, fields.Text("image"), _view);
        if (_task == GroundedCaption)
        {
            var (width, height) = Size(fields, image);
            return Caption(image, _prompt, Boxes.Rescale(fields.Text(_textField).Trim(), width, height));
        }

        if (fields.Has("caption") && fields.Has(_phrases))
        {
            var phrases = fields.List(_phrases).Select(phrase => Numbers(phrase, _phrases)).ToArray();
            return Caption(image, _captionPrompt, Boxes.Insert(fields.Text("caption"), phrases, _confidence));
        }

        var box = Box(fields, image);
        var pieces = new PieceBuilder();
        _prompt.Fill(pieces, (sample, field) =>
        {
            _ = field switch
            {
                "image" => sample.Image(image, isTrained: false),
                "box" => sample.Text(box, isTrained: _task == Grounding),
                "ref" => sample.Text(Boxes.Refer(fields.Text(_textField).Trim()), isTrained: _task == Referring),
                "expression" => sample.Text(fields.Text(_textField).Trim(), isTrained: _task == Referring),
                _ => sample.Text(fields.Text(field).Trim(), isTrained: field == "answer"),
            };
        });
        return pieces.Build();
    }

    private static IReadOnlyList<SamplePiece> Caption(ISampleImage image, PromptTemplate prompt, string caption)
    {
        var pieces = new PieceBuilder();
        prompt.Fill(pieces, (sample, field) => _ = field == "image" ? sample.Image(image, isTrained: false) : sample.Text(caption));
        return pieces.Build();
    }

    private string Box(RowFields fields, ISampleImage image)
    {
        var (width, height) = Size(fields, image);
        return fields.Numbers("bbox") is not [var x, var y, var right, var bottom] ? throw new RowException("bbox is not four numbers")
            : _hasCorners ? Boxes.Write(x / width, y / height, right / width, bottom / height)
            : Boxes.Write(x / width, y / height, (x + right) / width, (y + bottom) / height);
    }

    private static (double Width, double Height) Size(RowFields fields, ISampleImage image)
    {
        if (!fields.Has("width") && !fields.Has("height"))
        {
            try
            {
                return ((StoredImage)image).Size();
            }
            catch (ImageInputException problem)
            {
                throw new RowException("its image does not tell its size", problem.Message.TrimEnd('.'));
            }
        }

        var (width, height) = (fields.Number("width"), fields.Number("height"));
        return width > 0 && height > 0 ? (width, height) : throw new RowException("width or height is not above zero", FormattableString.Invariant($"{width} x {height}"));
    }

    private static IReadOnlyList<double> Numbers(JsonElement phrase, string name) => phrase.ValueKind == JsonValueKind.Array
        ? [.. phrase.EnumerateArray().Select(number => RowFields.AsNumber(number, $"an entry of {name}"))]
        : throw new RowException($"an entry of {name} is not a list");
}
