using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MmiGrains.Kernels.Linear;
using MmiGrains.Model.Interleaved;
using MmiGrains.Silo.Benchmarks;
using MmiGrains.Silo.Benchmarks.Serving;
using MmiGrains.Silo.Terminal;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi bench</c>: measures, each thing beside what it is compared with, and prints a table.</summary>
internal static class BenchCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create()
    {
        var part = new Option<string[]>("--only") { Description = $"Measure only these: {string.Join(", ", KernelBenchmarks.Names)}.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var quick = new Option<bool>("--quick") { Description = "Fewer and smaller sizes: one minute instead of four." };
        var json = new Option<bool>("--json") { Description = "Print a list of {name, shape, value, unit, baseline, ratio, goal, met} instead of a table." };
        part.AcceptOnlyFromAmong([.. KernelBenchmarks.Names]);
        var kernels = new Command("kernels", "Measure the kernels: attention to images, linear layers, whole decode steps.") { part, quick, json };
        kernels.SetAction(parsed => Run(
            KernelBenchmarks.Run(parsed.GetValue(part) ?? [], parsed.GetValue(quick)), parsed.GetValue(json), parsed.InvocationConfiguration.Output));

        var folder = new Argument<string>("DIR") { Description = "A model's folder with recorded prompts: cases/f_text.safetensors." };
        var tokens = new Option<int>("--tokens") { Description = "Tokens that each prompt is continued by.", DefaultValueFactory = _ => 32 };
        var quality = new Command("quality", "Measure what fewer bits cost: divergence from float32, and greedy agreement.") { folder, tokens, json };
        quality.SetAction(parsed => Run(
            QualityBenchmark.Run(parsed.GetRequiredValue(folder), parsed.GetValue(tokens)), parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return new Command("bench", "Measure speed, or what fewer bits cost, beside a baseline in the same run.") { kernels, quality, Training(json), Trainers(json), Serve(json) };
    }

    private static Command Training(Option<bool> json)
    {
        var preset = new Option<string>("--preset") { Description = "The model.", DefaultValueFactory = _ => "mini" };
        var tokenizer = new Option<string?>("--tokenizer") { Description = "Its tokenizer; without it that of the scenes.", HelpName = "FILE" };
        var rows = new Option<int>("--rows") { Description = "Rows of a step.", DefaultValueFactory = _ => 2 };
        var length = new Option<int>("--row-length") { Description = "Tokens of a row.", DefaultValueFactory = _ => 256 };
        var rounds = new Option<int>("--rounds") { Description = "Steps of each side, whose median counts.", DefaultValueFactory = _ => 3 };
        preset.AcceptOnlyFromAmong("mini", "small");
        var training = new Command("training", "Measure a training step on scenes and where its time and memory go.") { preset, tokenizer, rows, length, rounds, json };
        training.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(preset);
            var config = ConfigPresets.Get(name);
            return Run(
                TrainingBenchmark.Run(
                    config, name, parsed.GetValue(tokenizer) ?? SceneTokenizer(), Within("--rows", parsed.GetValue(rows), 1, 64),
                    Within("--row-length", parsed.GetValue(length), 64, config.Sequence.MaxLength), Within("--rounds", parsed.GetValue(rounds), 1, 100)),
                parsed.GetValue(json), parsed.InvocationConfiguration.Output);
        });
        return training;
    }

    private static Command Trainers(Option<bool> json)
    {
        var preset = new Option<string>("--preset") { Description = "The model.", DefaultValueFactory = _ => "mini" };
        var rows = new Option<int>("--rows") { Description = "Rows of a batch; a step has two batches.", DefaultValueFactory = _ => 2 };
        var length = new Option<int>("--row-length") { Description = "Tokens of a row.", DefaultValueFactory = _ => 256 };
        var rounds = new Option<int>("--rounds") { Description = "Jobs of each side.", DefaultValueFactory = _ => 3 };
        preset.AcceptOnlyFromAmong("mini", "small");
        var trainers = new Command("trainers", "Measure training on a cluster: two trainers' processes beside one. Needs redis-server.") { preset, rows, length, rounds, json };
        trainers.SetAction(async (parsed, cancellation) => Run(
            await TrainersBenchmark.RunAsync(
                parsed.GetRequiredValue(preset), SceneTokenizer(), Within("--rows", parsed.GetValue(rows), 1, 64), Within("--row-length", parsed.GetValue(length), 64, 512),
                Within("--rounds", parsed.GetValue(rounds), 1, 100), cancellation),
            parsed.GetValue(json), parsed.InvocationConfiguration.Output));
        return trainers;
    }

    private static Command Serve(Option<bool> json)
    {
        var parts = new Option<string[]>("--only") { Description = "Measure only these: sessions, streams.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };
        var model = new Option<string>("--model") { Description = "The model of the sessions.", HelpName = "DIR", DefaultValueFactory = _ => ModelPath.Default };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each side, whose median counts.", DefaultValueFactory = _ => 5 };
        parts.AcceptOnlyFromAmong("sessions", "streams");
        var serve = new Command("serve", "Measure serving: sessions over the engine, many over one, warm over cold turns, streams of a larger model.") { parts, model, rounds, json };
        serve.SetAction(async (parsed, cancellation) =>
        {
            var (only, count) = (parsed.GetValue(parts) ?? [], Within("--rounds", parsed.GetValue(rounds), 1, 100));
            var rows = new List<BenchmarkRow>();
            if (only.Length == 0 || only.Contains("sessions"))
            {
                rows.AddRange(await ServeBenchmark.RunAsync(parsed.GetRequiredValue(model), WeightFormat.Float32, count, cancellation));
            }

            if (only.Length == 0 || only.Contains("streams"))
            {
                rows.AddRange(await StreamBenchmark.RunAsync(count));
            }

            return Run(rows, parsed.GetValue(json), parsed.InvocationConfiguration.Output);
        });
        return serve;
    }

    // In the repository, above the program.
    private static string SceneTokenizer()
    {
        var relative = Path.Combine("models", "scenes", ModelFolder.TokenizerName);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, relative)))
            {
                return Path.Combine(folder.FullName, relative);
            }
        }

        throw new CommandException($"'{relative}' is in no folder above the program; --tokenizer says where it is.");
    }

    private static int Within(string option, int value, int least, int most) => value >= least && value <= most
        ? value
        : throw new CommandException($"{option} is {value}; it is {least} to {most}.");

    private static int Run(IEnumerable<BenchmarkRow> rows, bool asJson, TextWriter output)
    {
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(rows.ToList(), Json));
            return ExitCode.Done;
        }

        var table = new TextTable("what", "shape", ">value", "unit", ">baseline", ">ratio", ">goal", "met");
        foreach (var row in rows)
        {
            table.Add(
                row.Name, row.Shape, Number(row.Value), row.Unit, row.Baseline is { } baseline ? Number(baseline) : "", Number(row.Ratio),
                row.Goal is { } goal ? $"{(row.AtMost ? "<= " : "")}{Number(goal)}" : "", row.Met switch { true => "yes", false => "NO", null => "" });
        }

        table.Write(output);
        return ExitCode.Done;
    }

    private static string Number(double number) => number.ToString(Math.Abs(number) is > 0 and < 0.1 ? "0.0e+0" : Math.Abs(number) < 10 ? "0.00" : Math.Abs(number) < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
