using System.Text.Json.Nodes;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class ExperimentsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => Path.Combine(_folder.Path, "out");

    [Fact, Trait("Category", "slow")]
    public void Variants_are_trained_alike_measured_and_drawn_and_not_twice()
    {
        var recipe = Recipe();
        string[] command = ["experiments", recipe, "--out", Out, "--count", "1", "--only", "base", "no-mmfs"];
        var run = Mmi.Run(command);
        Assert.Equal((0, "mmi experiments: base\nmmi experiments: no-mmfs\n"), (run.ExitCode, run.Error));
        var tables = File.ReadAllLines(Path.Combine(Out, "tables.md"));
        Assert.Equal(tables, run.Lines);
        Assert.Contains(tables, line => line.StartsWith("| base: 8 visual tokens", StringComparison.Ordinal) && line.Split('|').Length == 13);
        Assert.Contains(tables, line => line.StartsWith("| MMFS off in both", StringComparison.Ordinal));
        Assert.Contains("images before the question", File.ReadAllText(Path.Combine(Out, "images.svg")), StringComparison.Ordinal);

        var (own, other) = (Own("base"), Own("no-mmfs"));
        Assert.False((bool)other["config"]!["ablation"]!["mmfs_in_language_model"]!);
        (own["config"]!["ablation"], other["config"]!["ablation"]) = (null, null);
        Assert.True(JsonNode.DeepEquals(own, other));

        var written = File.GetLastWriteTimeUtc(Path.Combine(Out, "base", "result.json"));
        Assert.Equal(0, Mmi.Run(command).ExitCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(Out, "base", "result.json")));
    }

    [Theory]
    [InlineData("\"rows\"", "\"objective\": \"labels\", \"rows\"")]
    [InlineData("\"validate_every\": 2", "\"validate_every\": 0")]
    public void A_recipe_of_another_kind_is_refused(string part, string other)
    {
        var recipe = Recipe();
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace(part, other, StringComparison.Ordinal));
        Mmi.Run("experiments", recipe, "--out", Out).CouldNotRun("last stage", "'interleaved'", "'validation'");
    }

    [Fact]
    public void A_last_stage_that_ends_before_it_is_validated_is_refused()
    {
        var recipe = Recipe();
        File.WriteAllText(recipe, File.ReadAllText(recipe).Replace("\"validate_every\": 2", "\"validate_every\": 3", StringComparison.Ordinal));
        Mmi.Run("experiments", recipe, "--out", Out).CouldNotRun("'validate_every' must be at most the 2 steps of the last stage; it is 3.");
    }

    public void Dispose() => _folder.Dispose();

    private JsonNode Own(string variant) => JsonNode.Parse(File.ReadAllText(Path.Combine(Out, variant, "recipe.json")))!;

    private string Recipe()
    {
        var path = _folder.File("recipe.json");
        File.WriteAllText(path, $$"""
            {
              "model": "mini", "given": { "from": "{{Path.Combine(Mmi.Repository, "models", "mini")}}", "except": ["visual_tokenizer.perceiver_resampler."] },
              "tokenizer": "{{Path.Combine(Mmi.Repository, "models", "scenes", "tokenizer.model")}}", "threads": 1, "validate_every": 2, "validation_batches": 1,
              "stages": [
                { "name": "all", "train": "all", "steps": 2, "rows": 1, "packing": { "row_length": 80 }, "isolate_samples": true,
                  "data": [{ "kind": "scenes", "tasks": { "question": 1, "picture": 1 } }],
                  "validation": [{ "kind": "scenes", "tasks": { "question": 1, "picture": 1 }, "split": "validation" }] }
              ]
            }
            """);
        return path;
    }
}
