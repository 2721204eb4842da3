using System.CommandLine;
using MmiGrains.Silo.Plotting;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi plot</c>: training runs' losses as a picture.</summary>
internal static class PlotCommand
{
    private static readonly string[] Beside = ["grad_norm", "lr", "samples_per_second"];

    private static readonly Argument<string[]> Runs = new("DIR") { Description = $"Folders of runs, or their {MetricsFile.Name}.", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<string> Out = new("--out") { Description = "The picture.", HelpName = "FILE.svg", DefaultValueFactory = _ => "metrics.svg" };
    private static readonly Option<string[]> Metrics = new("--metric")
    {
        Description = $"Which metrics, one panel each; without it all losses. {string.Join(", ", Beside)} can be named too.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create()
    {
        var command = new Command("plot", "Draw training runs' losses against their steps.") { Runs, Out, Metrics };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult given)
    {
        var (runs, file) = (given.GetRequiredValue(Runs), given.GetRequiredValue(Out));
        if (runs.Length > Palette.Count)
        {
            throw new CommandException($"{runs.Length} runs are given; a picture shows at most {Palette.Count}.");
        }

        if (!file.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            throw new CommandException($"--out is '{file}'; the picture is an .svg.");
        }

        var lines = runs.SelectMany((path, run) => MetricsFile.Read(run, path)).ToList();
        string[] known = [.. lines.Select(line => line.Metric).Distinct()];
        var metrics = given.GetValue(Metrics) is { Length: > 0 } named ? [.. named.Distinct()] : known.Except(Beside).OrderBy(name => !name.StartsWith("loss", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal).ToArray();
        if (metrics.FirstOrDefault(metric => !known.Contains(metric)) is { } unknown)
        {
            throw new CommandException($"There is no metric '{unknown}'; there are {string.Join(", ", known)}.");
        }

        if (metrics.Length == 0)
        {
            throw new CommandException($"There are no losses to draw; --metric can name {string.Join(", ", known)}.");
        }

        var chart = Chart.Draw([.. runs.Select(Name)], metrics, lines);
        File.WriteAllText(file, chart + "\n");
        given.InvocationConfiguration.Output.WriteLine($"{string.Join(", ", metrics)} of {(runs.Length == 1 ? "one run" : $"{runs.Length} runs")} {(metrics.Length == 1 ? "is" : "are")} in '{file}'");
        return ExitCode.Done;
    }

    private static string Name(string path)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        return Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
    }
}
