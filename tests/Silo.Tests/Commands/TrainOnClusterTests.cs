using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class TrainOnClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_cluster_that_the_command_starts_trains_what_the_command_alone_does()
    {
        var recipe = SceneRecipe.Of(steps: 4);
        var path = _folder.File("recipe.json");
        ConfigFile.Write(path, recipe);
        var run = Mmi.Run("train", path, "--out", _folder.File("run"), "--cluster").Succeeded();
        Assert.Contains($"The trained model is in '{_folder.File("run/model")}'.", run.Lines[^1]);
        Assert.Equal(SceneRecipe.Train(recipe, _folder.File("alone")), File.ReadAllBytes(_folder.File("run/model/model.safetensors")));
        Assert.Equal(Losses("alone"), Losses("run"));
    }

    [Fact]
    public void What_cannot_be_is_one_sentence()
    {
        var path = _folder.File("recipe.json");
        ConfigFile.Write(path, SceneRecipe.Of(steps: 4));
        Mmi.Run("train", path, "--out", "x", "--redis", "localhost:1").CouldNotRun("--redis needs --cluster.");
        Mmi.Run("train", path, "--out", _folder.File("y"), "--cluster", "--replicas", "0").CouldNotRun("exchange.replicas is 0; it must be 1 to 64.");
    }

    public void Dispose() => _folder.Dispose();

    private string[] Losses(string run) =>
        [.. File.ReadLines(_folder.File($"{run}/metrics.jsonl")).Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!).Select(line => $"{line["split"]} {line["step"]} {line["loss"]}")];
}
