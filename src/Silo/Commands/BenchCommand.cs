using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MmiGrains.Silo.Benchmarks;
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
        return new Command("bench", "Measure speed, or what fewer bits cost, beside a baseline in the same run.") { kernels, quality };
    }

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
