using System.Globalization;
using System.Xml.Linq;
using MmiGrains.Silo.Plotting;

namespace MmiGrains.Silo.Experiments;

/// <summary>What the variants show, as Markdown tables and plots.</summary>
/// <param name="results">Those that are known.</param>
internal sealed class ExperimentReport(IReadOnlyList<VariantResult> results)
{
    private const string Questions = "questions: exact match", EditDetails = "edit: attributes right", StoryDetails = "story: unnamed details kept";

    private static readonly (string Title, string Measure)[] Columns =
    [
        ("caption F1", "caption: attributes right (F1)"), ("questions", Questions), ("edit: attributes", EditDetails), ("story: details", StoryDetails),
    ];

    private static readonly string[] Kinds = ["shapes", "colours", "sizes", "fills", "places", "marks", "backgrounds"];
    private static readonly (int Count, string Measure)[] ByImages =
        [(1, Questions), (2, "questions over 2 images"), (4, "questions over 4 images"), (8, "questions over 8 images")];

    private static readonly int[] TokenCounts = [4, 8, 16, 32];

    /// <summary>The tables.</summary>
    public IEnumerable<string> Tables()
    {
        yield return "| variant | parameters | training: processor s/step | memory | measuring: processor s | memory | image loss | text loss | " +
            string.Join(" | ", Columns.Select(column => column.Title)) + " |";
        yield return "| --- |" + string.Concat(Enumerable.Repeat(" ---: |", 7 + Columns.Length));
        foreach (var (variant, result) in Known(Variant.All))
        {
            yield return $"| {variant.Title} | {Number(result.Parameters / 1e6, "0.00")} M | {Number(result.Training.ProcessorSeconds / result.Steps, "0.00")} | {Mebibytes(result.Training)} | " +
                $"{Number(result.Measuring.ProcessorSeconds, "0")} | {Mebibytes(result.Measuring)} | {Number(result.ImageLoss)} | {Number(result.TextLoss)} | " +
                string.Join(" | ", Columns.Select(column => Value(result, column.Measure))) + " |";
        }

        yield return "";
        yield return "| edit, right of what is wanted | " + string.Join(" | ", Kinds) + " | story: colour | fill | mark |";
        yield return "| --- |" + string.Concat(Enumerable.Repeat(" ---: |", Kinds.Length + 3));
        foreach (var (variant, result) in Known(Variant.All))
        {
            yield return $"| {variant.Title} | " + string.Join(" | ", Kinds.Select(kind => Value(result, $"edit: {kind} right"))) + " | " +
                string.Join(" | ", new[] { "colour", "fill", "mark" }.Select(detail => Value(result, $"story: {detail} kept"))) + " |";
        }

        yield return "";
        yield return "| questions over | " + string.Join(" | ", ByImages.Select(column => $"{column.Count} image{(column.Count == 1 ? "" : "s")}")) + " |";
        yield return "| --- |" + string.Concat(Enumerable.Repeat(" ---: |", ByImages.Length));
        foreach (var (variant, result) in Known(Variant.All))
        {
            yield return $"| {variant.Title} | " + string.Join(" | ", ByImages.Select(column => Value(result, column.Measure))) + " |";
        }
    }

    /// <summary>The plots by their files' names.</summary>
    public IEnumerable<(string Name, XElement Plot)> Plots()
    {
        string[] sides = ["MMFS in both", "MMFS off in both"];
        var tokens = sides.SelectMany((_, side) => new[] { "image loss", "text loss", EditDetails, Questions }.SelectMany(metric => Line(side, metric, TokenCounts
            .Select(count => (count, Find(TokenVariant(count, withMmfs: side == 0))))
            .Where(pair => pair.Item2 is not null)
            .Select(pair => new MetricPoint(pair.count, Figure(pair.Item2!, metric)))))).ToArray();
        if (tokens.Length > 0)
        {
            yield return ("tokens.svg", Chart.Draw(sides, [.. tokens.Select(line => line.Metric).Distinct()], tokens, "visual tokens of an image"));
        }

        string[] parts = ["base", "no-language", "no-decoder", "no-mmfs"];
        var images = parts.SelectMany((name, run) => Find(name) is not { } result ? [] : Line(run, "questions answered right", ByImages
            .Select(column => new MetricPoint(column.Count, result.Measures[column.Measure].Value)))).ToArray();
        if (images.Length > 0)
        {
            yield return ("images.svg", Chart.Draw(parts, ["questions answered right"], images, "images before the question"));
        }

        string[] looks = ["UNet"];
        var back = new[] { "image loss", EditDetails, StoryDetails }.SelectMany(metric => Line(0, metric, new[] { (1, "base"), (2, "look-back-2"), (4, "look-back-4") }
            .Select(pair => (pair.Item1, Result: Find(pair.Item2)))
            .Where(pair => pair.Result is not null)
            .Select(pair => new MetricPoint(pair.Item1, Figure(pair.Result!, metric))))).ToArray();
        if (back.Length > 0)
        {
            yield return ("look-back.svg", Chart.Draw(looks, [.. back.Select(line => line.Metric).Distinct()], back, "images that the UNet looks at"));
        }
    }

    private static string TokenVariant(int count, bool withMmfs) => (count, withMmfs) switch
    {
        (8, true) => "base",
        (8, false) => "no-mmfs",
        (_, true) => $"tokens-{count}",
        _ => $"tokens-{count}-no-mmfs",
    };

    private static IEnumerable<MetricLine> Line(int run, string metric, IEnumerable<MetricPoint> points) =>
        points.ToArray() is { Length: > 0 } known ? [new MetricLine(run, metric, false, known)] : [];

    private static double Figure(VariantResult result, string metric) => metric switch
    {
        "image loss" => result.ImageLoss,
        "text loss" => result.TextLoss,
        _ => result.Measures[metric].Value,
    };

    private static string Value(VariantResult result, string measure) => result.Measures.TryGetValue(measure, out var found)
        ? $"{Number(found.Value, "0.00")} ({Number(found.Low, "0.00")} to {Number(found.High, "0.00")})" : "";

    private static string Mebibytes(MeasuredProcess process) => $"{process.PeakBytes >> 20} MiB";

    private static string Number(double value, string format = "0.000") => value.ToString(format, CultureInfo.InvariantCulture);

    private VariantResult? Find(string name) => results.FirstOrDefault(result => result.Name == name);

    private IEnumerable<(Variant Variant, VariantResult Result)> Known(IEnumerable<Variant> variants) =>
        variants.Select(variant => (variant, Find(variant.Name))).Where(pair => pair.Item2 is not null).Select(pair => (pair.variant, pair.Item2!));
}
