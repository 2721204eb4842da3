using System.Text.Json;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class ScenesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_holds_every_picture_text_and_record_of_its_samples()
    {
        Mmi.Run("scenes", "--seed", "5", "--task", "edit", "--split", "test", "--count", "3", "--out", Out).Succeeded();

        var records = File.ReadAllLines(Path.Combine(Out, "records.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(3, records.Count);
        for (var i = 0; i < 3; i++)
        {
            var sample = SceneSamples.Get(SceneSplit.Test, SceneTask.Edit, SceneSamples.FirstIndex(5) + i);
            var pieces = records[i].GetProperty("pieces").EnumerateArray().ToList();
            Assert.Equal(("edit", "test", sample.Index), (records[i].GetProperty("task").GetString(), records[i].GetProperty("split").GetString(), records[i].GetProperty("index").GetInt64()));
            Assert.Equal([false, false, true], pieces.Select(piece => piece.GetProperty("trained").GetBoolean()));
            Assert.Equal(((Model.Data.TextPiece)sample.Data.Pieces[1]).Text, pieces[1].GetProperty("text").GetString());
            Assert.Equal("edit", records[i].GetProperty("truth").GetProperty("$type").GetString());

            var file = File.ReadAllBytes(Path.Combine(Out, pieces[2].GetProperty("image").GetString()!));
            Assert.Equal(
                ((Model.Data.ImagePiece)sample.Data.Pieces[2]).Image.Load(64).Pixels.ToArray(), new ImageProcessor().Decode(file, DecodePolicy.Raw).Pixels.ToArray());

            var first = records[i].GetProperty("truth").GetProperty("scenes")[0].GetProperty("objects")[0];
            Assert.Equal(sample.Truth.Scenes[0].Objects[0].Colour.ToString(), first.GetProperty("colour").GetString(), ignoreCase: true);
        }

        Assert.Equal(3, File.ReadAllLines(Path.Combine(Out, "samples.txt")).Length);
        Assert.Equal(6 + 3, Directory.GetFiles(Out).Length);
        Assert.InRange(new ImageProcessor().Decode(File.ReadAllBytes(Path.Combine(Out, "sheet.png")), DecodePolicy.Raw).Width, 6 * 192, 6 * 210);
    }

    [Fact]
    public void Every_task_is_in_a_mixture_and_on_its_sheet()
    {
        Mmi.Run("scenes", "--count", "150", "--side", "16", "--out", Out).Succeeded();
        var tasks = File.ReadLines(Path.Combine(Out, "records.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("task").GetString());
        Assert.Equal(Enum.GetValues<SceneTask>().Length, tasks.Distinct().Count());
    }

    [Fact]
    public void Texts_are_one_a_line_and_as_many_as_asked_for()
    {
        var file = _folder.File("texts.txt");
        Mmi.Run("scenes", "--texts", file, "--count", "500").Succeeded();
        var lines = File.ReadAllLines(file);
        Assert.Equal(500, lines.Length);
        Assert.DoesNotContain("", lines);
        Assert.Contains(lines, line => line.StartsWith("<ref>the ", StringComparison.Ordinal));
        Mmi.Run("scenes", "--texts", file).CouldNotRun(file, "exists already");
    }

    [Fact]
    public void A_folder_with_files_is_left_alone()
    {
        Directory.CreateDirectory(Out);
        Mmi.Run("scenes", "--task", "refer", "--count", "1", "--out", Out).Succeeded();
        var before = File.ReadAllBytes(Path.Combine(Out, "sheet.png"));
        Mmi.Run("scenes", "--task", "story", "--count", "1", "--out", Out).CouldNotRun(Out, "exists already");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(Out, "sheet.png")));
    }

    [Theory]
    [InlineData("--task", "sing", "story")]
    [InlineData("--split", "exam", "compositional")]
    [InlineData("--count", "0", "--count")]
    [InlineData("--seed", "-1", "--seed")]
    [InlineData("--side", "2000", "--side")]
    public void A_wrong_value_is_named_and_what_would_be_right(string option, string value, string hint) =>
        Mmi.Run("scenes", "--out", Out, option, value).CouldNotRun(value, hint);

    [Fact]
    public void One_thing_is_done_at_a_time()
    {
        Mmi.Run("scenes").CouldNotRun("--out", "--texts", "--bench");
        Mmi.Run("scenes", "--out", Out, "--bench").CouldNotRun("one of");
    }
}
