using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics;
using MmiGrains.Model.Metrics.Captions;
using MmiGrains.Model.Metrics.Features;
using MmiGrains.Model.Metrics.Files;
using MmiGrains.Model.Metrics.Grounding;
using MmiGrains.Model.Metrics.Segmentation;
using MmiGrains.Model.Metrics.VisDial;
using MmiGrains.Model.Metrics.Vqa;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi metrics NAME</c>: scores files of results as published evaluations do, with 95 % intervals.</summary>
internal static class MetricsCommand
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print {\"measures\": [{name, value, low, high}]} instead of a table.",
        Recursive = true,
    };

    public static Command Create() => new("metrics", "Score results as published evaluations do: captions, answers, boxes, images.")
    {
        Captions(), Vqa(), VisDial(), Grounding(), MeanIou(), Fid(), ClipImage(), Json,
    };

    private static Command Captions()
    {
        var references = File("--references", "COCO's annotations: {\"annotations\": [{image_id, caption}]}.");
        var candidates = File("--candidates", "Results: [{image_id, caption}].");
        return Metric("captions", "BLEU-1 to BLEU-4, ROUGE-L and CIDEr of captions, as pycocoevalcap.", [references, candidates], given =>
            CaptionEvaluation.Run(CaptionFiles.Read(given.GetRequiredValue(references), given.GetRequiredValue(candidates))));
    }

    private static Command Vqa()
    {
        var annotations = File("--annotations", "VQA's or VizWiz' annotations.");
        var answers = File("--answers", "Results: [{question_id, answer}]; of VizWiz [{image, answer}].");
        var asGiven = new Option<bool>("--as-given") { Description = "Compare whole answers instead of the short answer in each." };
        return Metric("vqa", "Accuracy of answers, as the official evaluation of VQA or VizWiz.", [annotations, answers, asGiven], given =>
        {
            var (questions, protocol) = VqaFiles.Read(given.GetRequiredValue(annotations), given.GetRequiredValue(answers));
            return VqaEvaluation.Run(questions, protocol, extract: !given.GetValue(asGiven));
        });
    }

    private static Command VisDial()
    {
        var ranks = File("--ranks", "Results: [{image_id, round_id, ranks}].");
        var relevance = File("--relevance", "Dense annotations, for NDCG: [{image_id, round_id, gt_relevance}].", required: false);
        var dialogs = File("--dialogs", "The dialogs, for MRR, R@k and mean rank.", required: false);
        var command = Metric("visdial", "NDCG, MRR, R@1, R@5, R@10 and mean rank of answer options.", [ranks, relevance, dialogs], given =>
            VisDialEvaluation.Run(VisDialFiles.Read(given.GetRequiredValue(ranks), given.GetValue(relevance), given.GetValue(dialogs))));
        command.Validators.Add(result =>
        {
            if (result.GetValue(relevance) is null && result.GetValue(dialogs) is null)
            {
                result.AddError("Give --relevance, --dialogs or both");
            }
        });
        return command;
    }

    private static Command Grounding()
    {
        var results = File("--results", "A line for each box: {\"expected\": [x1, y1, x2, y2], \"text\": \"...\"}, 0 to 999.");
        return Metric("grounding", "Accuracy of boxes at an intersection over union of 0.5.", [results], given =>
            GroundingEvaluation.Run(GroundingFile.Read(given.GetRequiredValue(results))));
    }

    private static Command MeanIou()
    {
        var predicted = File("--predicted", "Folder of predicted label maps: PNG, 8 bits, grey or palette.", "DIR");
        var expected = File("--expected", "Folder of the right ones, under the same names.", "DIR");
        var classes = new Option<int>("--classes") { Description = "Labels are 0 to N - 1 (1 to 256).", HelpName = "N", Required = true };
        var ignore = new Option<int?>("--ignore") { Description = "Label of pixels that do not count.", HelpName = "LABEL" };
        var offset = new Option<int>("--offset") { Description = "Added to predicted labels; ADE20K's begin at 1.", HelpName = "N" };
        classes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 256)
            {
                result.AddError("--classes must be 1 to 256");
            }
        });
        return Metric("miou", "Mean intersection over union of label maps.", [predicted, expected, classes, ignore, offset], given =>
        {
            var matrix = LabelMapFolders.Compare(
                given.GetRequiredValue(predicted), given.GetRequiredValue(expected),
                given.GetRequiredValue(classes), given.GetValue(ignore), given.GetValue(offset));
            return [new Measure("mIoU", matrix.MeanIntersectionOverUnion), new Measure("pixel accuracy", matrix.PixelAccuracy)];
        });
    }

    private static Command Fid() => OfFeatures("fid", "Fréchet distance between the features of two sets of images.", (generated, originals) =>
        [new Measure("FID", FrechetDistance.Between(generated, originals))]);

    private static Command ClipImage() => OfFeatures("clip-i", "Mean cosine between features of images and their originals.", (generated, originals) =>
        [Measure.Of("CLIP-I", Intervals.Mean(ImageSimilarity.Scores(generated, originals)))]);

    private static Command OfFeatures(string name, string description, Func<FeatureMatrix, FeatureMatrix, IReadOnlyList<Measure>> score)
    {
        var generated = File("--generated", "Features of generated images, [n, d]: .npy or safetensors.");
        var originals = File("--originals", "Features of the originals, in the same form.");
        return Metric(name, description, [generated, originals], given =>
        {
            var (first, second) = (given.GetRequiredValue(generated)!, given.GetRequiredValue(originals)!);
            var (left, right) = (FeatureFile.Read(first), FeatureFile.Read(second));
            try
            {
                return score(left, right);
            }
            catch (ArgumentException e)
            {
                throw new DataException($"'{first}' and '{second}': {e.Message.Split(" (Parameter")[0]}", e);
            }
        });
    }

    private static Option<string> File(string name, string description, string helpName = "FILE", bool required = true) =>
        new(name) { Description = description, HelpName = helpName, Required = required };

    private static Command Metric(string name, string description, IEnumerable<Option> options, Func<ParseResult, IReadOnlyList<Measure>> run)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Add(option);
        }

        command.SetAction(given => Write(run(given), given.GetValue(Json), given.InvocationConfiguration.Output));
        return command;
    }

    private static void Write(IReadOnlyList<Measure> measures, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(new { measures }, Readable));
            return;
        }

        var table = new TextTable("measure", ">value", "95 % interval");
        foreach (var measure in measures)
        {
            table.Add(measure.Name, Number(measure.Value), measure is { Low: { } low, High: { } high } ? $"{Number(low)} to {Number(high)}" : "");
        }

        table.Write(output);
    }

    private static string Number(double number) => number.ToString("0.0000", CultureInfo.InvariantCulture);
}
