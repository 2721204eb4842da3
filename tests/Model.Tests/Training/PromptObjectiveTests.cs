using System.Text.Json.Nodes;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;

namespace MmiGrains.Model.Tests.Training;

/// <summary>The stage in which prompts learn to say what a picture will hold.</summary>
public sealed class PromptObjectiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Texts_and_prompts_are_learned_and_the_UNet_stays()
    {
        var recipe = Recipe(grid: 2, steps: 120);
        SceneRecipe.Train(recipe, _folder.Path);

        var lines = File.ReadLines(Path.Combine(_folder.Path, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!)
            .Where(line => line["split"]!.GetValue<string>() == "train" && line["loss_shape"] is not null).ToArray();
        foreach (var name in new[] { "loss_txt", "loss_shape", "loss_background" })
        {
            var (first, last) = (Mean(lines[..10], name), Mean(lines[^10..], name));
            Assert.True(last < 0.8 * first, $"{name} went from {first} to {last}");
        }

        var moved = MovedParameters.Of(recipe, Path.Combine(_folder.Path, "model"));
        foreach (var part in new[] { "visual_tokenizer.encoder.", "mm_decoder.", "image_decoder.perceiver_resampler.", "context_feat_proj." })
        {
            Assert.Contains(moved, name => name.StartsWith(part, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(moved, name => name.StartsWith("image_decoder.decoder.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void A_grid_that_a_prompt_cannot_hold_is_refused_before_the_first_stage_begins(int grid)
    {
        var recipe = Recipe(grid, steps: 1);
        recipe = recipe with { Stages = [recipe.Stages[0] with { Name = "labels", Objective = "labels" }, .. recipe.Stages] };
        var problem = Assert.Throws<ConfigException>(() => SceneRecipe.Train(recipe, _folder.Path));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "metrics.jsonl")));
        Assert.Equal($"stage 'prompts': 'prompt_grid' is {grid}; it must be at least 1, and its cells no more than a prompt's {SmallModel.Config.ImageResampler.NumQueries} tokens.", problem.Message);
    }

    [Fact]
    public void A_run_that_goes_on_with_such_a_grid_is_refused_alike()
    {
        var recipe = Recipe(grid: 9, steps: 1);
        var labels = recipe with { Stages = [recipe.Stages[0] with { Name = "labels", Objective = "labels" }] };
        SceneRecipe.Train(labels, _folder.Path);
        var problem = Assert.Throws<ConfigException>(() => SceneRecipe.Train(labels with { Stages = [.. labels.Stages, .. recipe.Stages] }, _folder.Path));
        Assert.StartsWith("stage 'prompts': 'prompt_grid' is 9;", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static TrainingRecipe Recipe(int grid, int steps)
    {
        var recipe = SceneRecipe.Of(steps, accumulation: 1);
        return recipe with { Config = SmallModel.Wide, Stages = [recipe.Stages[0] with { Name = "prompts", Objective = "prompts", PromptGrid = grid, AverageDecay = 0, Rows = 2 }] };
    }

    private static double Mean(JsonNode[] lines, string name) => lines.Average(line => line[name]!.GetValue<double>());
}
