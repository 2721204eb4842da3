using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Training;

namespace MmiGrains.Model.Tests.Training;

/// <summary>The stage in which the encoder learns to see.</summary>
public sealed class LabelObjectiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public void The_visual_tokenizer_learns_what_lies_where_and_nothing_else_moves(string precision)
    {
        var recipe = SceneRecipe.Of(steps: 60);
        recipe = recipe with { Config = SmallModel.Wide, Stages = [recipe.Stages[0] with { Name = "labels", Objective = "labels", Precision = precision, AverageDecay = 0 }] };
        SceneRecipe.Train(recipe, _folder.Path);

        var lines = File.ReadLines(Path.Combine(_folder.Path, "metrics.jsonl")).Select(line => JsonNode.Parse(line)!).Where(line => line["split"]!.GetValue<string>() == "train").ToArray();
        foreach (var name in new[] { "loss", "loss_shape", "loss_colour", "loss_background" })
        {
            var (first, last) = (Mean(lines[..5], name), Mean(lines[^5..], name));
            Assert.True(last < 0.5 * first, $"{name} went from {first} to {last}");
        }

        var moved = MovedParameters.Of(recipe, Path.Combine(_folder.Path, "model"));
        Assert.Contains(moved, name => name.Contains("adapter_interactions", StringComparison.Ordinal));
        Assert.Contains(moved, name => name.Contains("perceiver_resampler", StringComparison.Ordinal));
        Assert.All(moved, name => Assert.StartsWith("visual_tokenizer.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_of_which_nothing_is_known_are_refused_in_a_sentence()
    {
        using var model = ModelFolder.Create(SmallModel.Config);
        var pixels = new RgbImage(64, 64, new byte[3 * 64 * 64]);
        var problem = Assert.Throws<ConfigException>(() => new LabelObjective(model).Loss([new PackedRow([], [], [new SampleImage(pixels, pixels, false, 0)], [0], [])], seed: 1));
        Assert.Equal("The objective labels needs images whose cells are known, as those of the kind scenes; this batch has none.", problem.Message);
    }

    public void Dispose() => _folder.Dispose();

    private static double Mean(JsonNode[] lines, string name) => lines.Average(line => line[name]!.GetValue<double>());
}
