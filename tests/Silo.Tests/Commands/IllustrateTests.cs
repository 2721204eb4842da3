using System.Text.Json.Nodes;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class IllustrateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_plan_is_written_changed_run_and_one_picture_painted_again()
    {
        var (story, results, model) = (_folder.File("story.txt"), _folder.File("out"), TinyModel.Write(_folder.File("model")));
        File.WriteAllText(story, "CHAPTER ONE\n\nBo is here.\n\nCHAPTER TWO\n\nAda comes.\n");
        var plan = Path.Combine(results, "story.txt.plan.json");
        Assert.Equal($"{plan}: 2 pictures", Mmi.Run("illustrate", story, "--out", results, "--plan", "--steps", "2", "--threshold", "-1").Succeeded().Output.Trim());
        var changed = JsonNode.Parse(File.ReadAllText(plan))!;
        changed["figures"]![1]!["caption"] = "Ada, at last";
        File.WriteAllText(plan, changed.ToJsonString());

        string[] run = ["illustrate", story, "--out", results, "--model", model];
        Assert.Contains("2 pictures in 1 documents.", Mmi.Run([.. run, "--dry-run"]).Succeeded().Output);
        var poor = Mmi.Run([.. run, "--budget", "1"]);
        Assert.Equal(1, poor.ExitCode);
        Assert.Contains("1 of 2 pictures: The budget of 1 pictures is spent.", poor.Output);
        Mmi.Run([.. run, "--budget", "2"]).Succeeded();
        Assert.Contains("\n[fig-2: Ada, at last (story.txt.pictures/fig-2.png)]\n", File.ReadAllText(Path.Combine(results, "story.txt")));

        var (first, second) = (Picture(1), Picture(2));
        Mmi.Run([.. run, "--only", "fig-2", "--seed", "12"]).Succeeded();
        Assert.Equal(first, Picture(1));
        Assert.NotEqual(second, Picture(2));
        Assert.Equal(12, (int)JsonNode.Parse(File.ReadAllText(Path.Combine(results, "story.txt.manifest.json")))!["plan"]!["figures"]![1]!["seed"]!);

        byte[] Picture(int number) => File.ReadAllBytes(Path.Combine(results, "story.txt.pictures", $"fig-{number}.png"));
    }

    [Fact]
    public void What_cannot_be_is_told_in_a_sentence()
    {
        var story = _folder.File("story.md");
        File.WriteAllText(story, "x");
        Mmi.Run("illustrate", _folder.File("none.md")).CouldNotRun("There is no file or folder");
        Mmi.Run("illustrate", story, "--only", "fig-1").CouldNotRun("--only needs --seed");
        Mmi.Run("illustrate", story, "--every", "page").CouldNotRun("it is 'page'");
        Mmi.Run("illustrate", story, "--server", "localhost").CouldNotRun("--server must be an address");
        Mmi.Run("illustrate", story, "--plan", "--steps", "0", "--out", _folder.File("out")).CouldNotRun("steps must be 1 to 1000; it is 0.");
    }

    public void Dispose() => _folder.Dispose();
}
