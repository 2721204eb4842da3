using System.CommandLine;
using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Training;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi train</c>: runs a recipe, or goes on with it where it was broken off.</summary>
internal static class TrainCommand
{
    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "What to train on what and how: a JSON file such as models/recipes/small.json." };
    private static readonly Option<string> Out = new("--out") { Description = "The run's folder; a run that is begun there goes on from its newest checkpoint.", Required = true, HelpName = "DIR" };
    private static readonly Option<bool> Strict = new("--strict") { Description = "Stop at the first row of data that cannot be used, instead of skipping and reporting it." };

    public static Command Create()
    {
        var command = new Command("train", "Train a model by a recipe; stopped at any moment, the same command goes on.") { Recipe, Out, Strict };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult given, CancellationToken cancellation)
    {
        var (path, output) = (given.GetRequiredValue(Recipe), given.InvocationConfiguration.Output);
        var recipe = ConfigFile.ReadStrictly<TrainingRecipe>(path, "models/recipes holds some");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var progress = new ProgressLine(output, !Console.IsOutputRedirected && output == Console.Out);
        var problems = new RowProblems(given.GetValue(Strict), report: problem => progress.Noted(problem.ToString()));
        var run = new TrainingRun(recipe, folder, given.GetRequiredValue(Out), (data, seed) => Open(data, folder, path, seed, problems), progress);
        var model = run.Run(cancellation);
        foreach (var summary in problems.Summaries)
        {
            output.WriteLine(summary);
        }

        output.WriteLine($"The trained model is in '{model}'.");
        return ExitCode.Done;
    }

    private static ISampleStream Open(IReadOnlyList<System.Text.Json.JsonElement> data, string folder, string path, ulong seed, RowProblems problems)
    {
        var sets = new JsonArray([.. data.Select(set => JsonNode.Parse(set.GetRawText()))]);
        var config = DatasetConfig.Parse(sets.Count == 1 && sets[0] is JsonObject ? sets[0]!.ToJsonString() : sets.ToJsonString(), folder, $"'{path}', data");
        return DatasetCatalog.Open(config, (long)(seed & long.MaxValue), problems);
    }
}
