using System.Globalization;
using System.Text.Json;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Model.Weights;
using MmiGrains.Silo.Plotting;

namespace MmiGrains.Silo.Experiments;

/// <summary>Trains and measures a variant in a folder; what is done there already is not done again.</summary>
/// <param name="recipe">How each is trained; it names a preset.</param>
/// <param name="recipeFolder">What its paths are relative to.</param>
/// <param name="output">A folder of folders, one for each variant.</param>
/// <param name="samples">Samples of each measure.</param>
internal sealed class VariantRun(TrainingRecipe recipe, string recipeFolder, string output, int samples)
{
    private const string ResultName = "result.json";

    // What the tables show; the same work for every variant.
    private static readonly string[] Measured = ["caption", "question", "images", "story", "edit"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>What is known of a variant; null before it is trained.</summary>
    public VariantResult? Find(Variant variant) =>
        Path.Combine(output, variant.Name, ResultName) is var path && File.Exists(path) ? JsonSerializer.Deserialize<VariantResult>(File.ReadAllText(path)) : null;

    /// <summary>Finds it out.</summary>
    public async Task<VariantResult> RunAsync(Variant variant, CancellationToken cancellation)
    {
        if (Find(variant) is { } known)
        {
            return known;
        }

        var folder = Path.Combine(output, variant.Name);
        Directory.CreateDirectory(folder);
        var config = variant.Of(ConfigPresets.Get(recipe.Model!));
        var own = recipe with
        {
            Model = null,
            Config = config,
            Given = recipe.Given is { } given ? given with { From = Path.GetFullPath(Path.Combine(recipeFolder, given.From)) } : null,
            Tokenizer = Path.GetFullPath(Path.Combine(recipeFolder, recipe.Tokenizer!)),
        };
        var (recipePath, run, report) = (Path.Combine(folder, "recipe.json"), Path.Combine(folder, "run"), Path.Combine(folder, "report"));
        await File.WriteAllTextAsync(recipePath, ConfigFile.ToText(own), cancellation);
        var training = await MeasuredProcess.RunAsync(["train", recipePath, "--out", run], Path.Combine(folder, "training.log"), cancellation);
        var measuring = await MeasuredProcess.RunAsync(
            ["eval", Path.Combine(run, "model"), "--only", .. Measured, "--count", samples.ToString(CultureInfo.InvariantCulture), "--split", "test", "--details", "--out", report],
            Path.Combine(folder, "eval.log"), cancellation);
        var result = Result(variant, training, measuring, run, report);
        var path = Path.Combine(folder, ResultName);
        await File.WriteAllTextAsync(path + ".new", JsonSerializer.Serialize(result, Indented), cancellation);
        File.Move(path + ".new", path, overwrite: true);
        return result;
    }

    private VariantResult Result(Variant variant, MeasuredProcess training, MeasuredProcess measuring, string run, string report)
    {
        var losses = MetricsFile.Read(0, run).Where(line => line.IsValidation).ToDictionary(line => line.Metric, line => line.Points[^1].Value);
        using var weights = TensorSource.Open(Path.Combine(run, "model"));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(report, "report.json")));
        var measures = json.RootElement.GetProperty("measures").EnumerateArray().ToDictionary(
            measure => measure.GetProperty("name").GetString()!,
            measure => new VariantMeasure(measure.GetProperty("value").GetDouble(), measure.GetProperty("low").GetDouble(), measure.GetProperty("high").GetDouble()));
        return new VariantResult(variant.Name, Parameters(weights), recipe.TotalSteps, training, measuring, losses["loss_img"], losses["loss_txt"], measures);
    }

    private static long Parameters(ITensorSource weights) => weights.Entries.Sum(entry => entry.Shape.Aggregate(1L, (product, size) => product * size));
}
