using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Text;
using MmiGrains.Silo.Terminal;
using TorchSharp;
using IO = System.IO;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi eval</c>: measures a model on the small world, with intervals, beside what is hoped for.</summary>
internal static class EvalCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly string[] Parts = ["language", "decoder", "both"];

    private static readonly Argument<string> Folder = new("DIR") { Description = "The model's folder." };
    private static readonly Option<int> Count = new("--count") { Description = "Samples of each task and split.", DefaultValueFactory = _ => new EvaluationOptions().Count };
    private static readonly Option<long> Seed = new("--seed") { Description = "Which samples.", DefaultValueFactory = _ => 0 };
    private static readonly Option<int> Steps = new("--steps") { Description = "Denoising steps of a picture.", DefaultValueFactory = _ => new EvaluationOptions().Painting.Steps };
    private static readonly Option<double> Guidance = new("--guidance") { Description = "Guidance scale of a picture.", DefaultValueFactory = _ => new EvaluationOptions().Painting.GuidanceScale };
    private static readonly Option<string> Scheduler = new("--scheduler") { Description = $"{string.Join(", ", DenoisingOptions.Schedulers.SkipLast(1))} or {DenoisingOptions.Schedulers[^1]}.", DefaultValueFactory = _ => new EvaluationOptions().Painting.Scheduler };
    private static readonly Option<int?> TruthAt = new("--truth-at") { Description = "Paint from the true pictures with the noise of this timestep, to see what the steps below it lose.", HelpName = "TIMESTEP" };
    private static readonly Option<string[]> Only = new("--only") { Description = $"Measure only these: {string.Join(", ", SceneEvaluation.Groups)}.", AllowMultipleArgumentsPerToken = true, HelpName = "TASK" };
    private static readonly Option<SceneSplit[]> Split = new("--split") { Description = "Whose samples: test, compositional (combinations that training never showed), validation; test and compositional without it.", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> Details = new("--details") { Description = "Count each kind of question, of reply and of attribute of pictures by itself too." };
    private static readonly Option<string?> Without = new("--without-mmfs") { Description = "Switch looking at images off: in the language model, in the image decoder, or in both.", HelpName = "language|decoder|both" };
    private static readonly Option<int?> LookBack = new("--look-back") { Description = "Previous images that the image decoder looks at, instead of the configured number." };
    private static readonly Option<string?> Out = new("--out") { Description = "A folder for report.json and a sheet of samples of each task.", HelpName = "DIR" };
    private static readonly Option<bool> Json = new("--json") { Description = "Print {\"measures\": [{name, value, low, high, target, ...}]} instead of a table." };

    public static Command Create()
    {
        Only.AcceptOnlyFromAmong([.. SceneEvaluation.Groups]);
        Without.AcceptOnlyFromAmong(Parts);
        var command = new Command("eval", "Measure a model on the small world's test splits.") { Folder, Count, Seed, Steps, Guidance, Scheduler, TruthAt, Only, Split, Details, Without, LookBack, Out, Json };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var (folder, output, asJson) = (given.GetRequiredValue(Folder), given.InvocationConfiguration.Output, given.GetValue(Json));
        var options = new EvaluationOptions
        {
            Count = given.GetValue(Count) is var count and >= 1 and <= 100_000 ? count : throw new CommandException($"--count must be 1 to 100,000; it is {given.GetValue(Count)}."),
            Seed = given.GetValue(Seed),
            Only = given.GetValue(Only) ?? [],
            Splits = given.GetValue(Split) is { Length: > 0 } splits ? [.. splits.Distinct()] : new EvaluationOptions().Splits,
            Details = given.GetValue(Details),
            TruthAt = given.GetValue(TruthAt),
            Painting = new DenoisingOptions(given.GetValue(Steps), given.GetValue(Guidance), given.GetRequiredValue(Scheduler)),
        };
        options.Painting.Check();

        MmInterleavedConfig Adjust(MmInterleavedConfig config) => Adjusted(config, given.GetValue(Without), given.GetValue(LookBack));
        using var model = ModelFolder.Load(folder, adjust: Adjust);
        using var blind = model.Config.Ablation.MmfsInImageDecoder ? ModelFolder.Load(folder, adjust: config => Adjusted(Adjust(config), "decoder", null)) : null;
        var (timesteps, lowest) = (model.Config.ImageDecoder.Scheduler.NumTrainTimesteps, model.ImageDecoder.Schedule.Timesteps(options.Painting.Steps)[^1]);
        if (options.TruthAt is { } timestep && (timestep < lowest || timestep >= timesteps))
        {
            throw new CommandException($"--truth-at must be {lowest} to {timesteps - 1}; it is {timestep}.");
        }

        model.PrepareForInference();
        blind?.PrepareForInference();
        var tokenizer = LlamaTokenizer.Load(Path.Combine(folder, ModelFolder.TokenizerName), embeddingRows: model.Config.Sequence.VocabSizeTotal);
        torch.set_num_threads(1); // groups are measured beside each other; a small model's tensors are too short for threads to share
        var errors = TextWriter.Synchronized(given.InvocationConfiguration.Error);
        var report = await new SceneEvaluation(model, blind, tokenizer, options).RunAsync(group => errors.WriteLine($"mmi eval: {group}"), cancellation);

        var json = ToJson(report).ToJsonString(Indented);
        if (given.GetValue(Out) is { } target)
        {
            Directory.CreateDirectory(target);
            IO.File.WriteAllText(Path.Combine(target, "report.json"), json + "\n");
            foreach (var sheet in report.Sheets)
            {
                IO.File.WriteAllBytes(Path.Combine(target, sheet.Name + ".png"), ImageProcessor.EncodePng(ContactSheet.Draw(sheet.Rows)));
            }
        }

        if (asJson)
        {
            output.WriteLine(json);
        }
        else
        {
            ToTable(report).Write(output);
        }

        return ExitCode.Done;
    }

    private static MmInterleavedConfig Adjusted(MmInterleavedConfig config, string? without, int? lookBack) => config with
    {
        Ablation = new()
        {
            MmfsInLanguageModel = config.Ablation.MmfsInLanguageModel && without is not ("language" or "both"),
            MmfsInImageDecoder = config.Ablation.MmfsInImageDecoder && without is not ("decoder" or "both"),
        },
        ImageDecoder = config.ImageDecoder with { ContextImages = lookBack ?? config.ImageDecoder.ContextImages },
    };

    private static TextTable ToTable(EvaluationReport report)
    {
        var table = new TextTable("measure", ">value", ">95 % interval", ">target", ">true pictures", ">samples");
        foreach (var measure in report.Measures)
        {
            table.Add(
                measure.Name, Number(measure.Value.Value), $"{Number(measure.Value.Low)} to {Number(measure.Value.High)}",
                measure.Target is { } target ? Number(target) : "", measure.Reader is { } reader ? Number(reader) : "", Units.Count(measure.Count));
        }

        return table;
    }

    private static JsonObject ToJson(EvaluationReport report) => new()
    {
        ["measures"] = new JsonArray([.. report.Measures.Select(measure => new JsonObject
        {
            ["name"] = measure.Name,
            ["value"] = measure.Value.Value,
            ["low"] = measure.Value.Low,
            ["high"] = measure.Value.High,
            ["target"] = measure.Target,
            ["true_pictures"] = measure.Reader,
            ["samples"] = measure.Count,
        })]),
    };

    private static string Number(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
