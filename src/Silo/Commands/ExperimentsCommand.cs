using System.CommandLine;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Training;
using MmiGrains.Silo.Experiments;

namespace MmiGrains.Silo.Commands;

/// <summary><c>mmi experiments</c>: trains models that differ in one thing, alike, and measures them.</summary>
internal static class ExperimentsCommand
{
    private static readonly Argument<string> Recipe = new("RECIPE") { Description = "How each is trained, such as models/recipes/experiments.json." };
    private static readonly Option<string> Out = new("--out") { Description = "A folder for models, logs, tables and plots; what is done there already is not done again.", Required = true, HelpName = "DIR" };
    private static readonly Option<int> Count = new("--count") { Description = "Samples of each measure.", DefaultValueFactory = _ => 100 };
    private static readonly Option<string[]> Only = new("--only") { Description = $"Only these: {string.Join(", ", Variant.All.Select(variant => variant.Name))}.", AllowMultipleArgumentsPerToken = true, HelpName = "NAME" };

    public static Command Create()
    {
        Only.AcceptOnlyFromAmong([.. Variant.All.Select(variant => variant.Name)]);
        var command = new Command("experiments", "Train models that differ in one thing, alike, and measure them.") { Recipe, Out, Count, Only };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult given, CancellationToken cancellation)
    {
        var (path, target, output) = (given.GetRequiredValue(Recipe), given.GetRequiredValue(Out), given.InvocationConfiguration.Output);
        var recipe = ConfigFile.ReadStrictly<TrainingRecipe>(path, "models/recipes holds some");
        if (recipe.Model is null || recipe.Tokenizer is null || recipe.ValidateEvery == 0 || recipe.Stages is not [.., { Objective: "interleaved", Validation.Count: > 0 }])
        {
            throw new CommandException($"'{path}' must name a 'model' and a 'tokenizer', and a last stage of the objective 'interleaved' with 'validation', every 'validate_every' steps.");
        }

        if (recipe.ValidateEvery > recipe.Stages[^1].Steps)
        {
            throw new CommandException($"'{path}': 'validate_every' must be at most the {recipe.Stages[^1].Steps} steps of the last stage; it is {recipe.ValidateEvery}.");
        }

        var count = given.GetValue(Count) is var samples and >= 1 and <= 100_000 ? samples : throw new CommandException($"--count must be 1 to 100,000; it is {given.GetValue(Count)}.");
        var run = new VariantRun(recipe, Path.GetDirectoryName(Path.GetFullPath(path))!, target, count);
        var wanted = given.GetValue(Only) is { Length: > 0 } names ? Variant.All.Where(variant => names.Contains(variant.Name)) : Variant.All;
        foreach (var variant in wanted)
        {
            given.InvocationConfiguration.Error.WriteLine($"mmi experiments: {variant.Name}");
            await run.RunAsync(variant, cancellation);
        }

        var report = new ExperimentReport([.. Variant.All.Select(run.Find).OfType<VariantResult>()]);
        await File.WriteAllLinesAsync(Path.Combine(target, "tables.md"), report.Tables(), cancellation);
        foreach (var (name, plot) in report.Plots())
        {
            await File.WriteAllTextAsync(Path.Combine(target, name), plot + "\n", cancellation);
        }

        foreach (var line in report.Tables())
        {
            output.WriteLine(line);
        }

        return ExitCode.Done;
    }
}
