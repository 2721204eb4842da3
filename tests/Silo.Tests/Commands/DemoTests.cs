using System.Text.Json.Nodes;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void One_conversation_goes_through_the_whole_system_and_is_kept_as_a_page()
    {
        var (model, files) = (TinyModel.Write(_folder.File("model")), _folder.File("out"));
        var answer = Mmi.Run("demo", "--once", "--json", "--model", model, "--out", files, "--data", _folder.File("store")).Succeeded();
        var report = JsonNode.Parse(Assert.Single(answer.Lines))!;
        var turns = report["turns"]!.AsArray();
        Assert.Equal(6, turns.Count);
        Assert.All(turns, turn => Assert.Equal("completed", (string?)turn!["state"]));
        Assert.True(File.Exists((string?)turns[0]!["given"]));
        Assert.All(turns.SelectMany(turn => turn!["pictures"]!.AsArray()), picture => Assert.True(File.Exists((string?)picture)));
        var page = File.ReadAllText((string)report["transcript"]!);
        Assert.Contains("src=\"data:image/png;base64,", page);
        Assert.Contains("tell a story about Bo the star.", page);
        Assert.True(Directory.Exists(_folder.File("store")), "a store that was named stays");
    }

    [Fact]
    public void Options_that_cannot_be_are_refused()
    {
        Mmi.Run("demo", "--once", "--http", "70000").CouldNotRun("--http", "1 to 65535", "70000");
        Mmi.Run("demo", "--once", "--seed", "-1").CouldNotRun("--seed", "-1");
    }

    public void Dispose() => _folder.Dispose();
}
