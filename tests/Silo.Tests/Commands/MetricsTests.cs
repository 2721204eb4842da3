using System.Text.Json;
using MmiGrains.Model.Tests;
using MmiGrains.Model.Tests.Imaging;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Model.Weights;
using static TorchSharp.torch;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class MetricsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The example of the language-evaluation package, with the scores that it prints.
    [Fact]
    public void Captions_are_scored_as_a_table_of_values_and_intervals()
    {
        string[] args =
        [
            "metrics", "captions",
            "--references", Write("r.json", """{"annotations": [{"image_id": 1, "caption": "am i a boy ?"}, {"image_id": 2, "caption": "is she a girl ?"}]}"""),
            "--candidates", Write("c.json", """[{"image_id": 1, "caption": "i am a boy"}, {"image_id": 2, "caption": "she is a girl"}]"""),
        ];
        var lines = Mmi.Run(args).Succeeded().Lines;
        Assert.Equal(7, lines.Count);
        Assert.Matches(@"^measure +value  95 % interval$", lines[0]);
        Assert.Matches(@"^BLEU-2 +0\.5774  0\.5774 to 0\.5774$", lines[2]);
        Assert.Matches(@"^ROUGE-L +0\.7500  0\.7500 to 0\.7500$", lines[5]);
        Assert.Matches(@"^CIDEr +3\.3333  3\.3333 to 3\.3333$", lines[6]);
        Assert.Equal(0.5773502690332603, Measures([.. args, "--json"])["BLEU-2"].GetProperty("value").GetDouble(), 1e-12);
    }

    [Fact]
    public void Answers_are_cut_short_unless_told_otherwise()
    {
        var answers = string.Join(", ", new[] { "red", "red", "red", "red", "blue" }.Select(answer => $$"""{"answer": "{{answer}}"}"""));
        string[] args =
        [
            "metrics", "vqa",
            "--annotations", Write("q.json", $$"""{"annotations": [{"question_id": 1, "answer_type": "other", "answers": [{{answers}}]}]}"""),
            "--answers", Write("a.json", """[{"question_id": 1, "answer": "The color is red."}]"""),
            "--json",
        ];
        Assert.Equal(1, Measures(args)["accuracy, other"].GetProperty("value").GetDouble());
        Assert.Equal(0, Measures([.. args, "--as-given"])["accuracy"].GetProperty("value").GetDouble());
    }

    [Fact]
    public void Dialogs_need_one_of_two_files()
    {
        var ranks = Write("k.json", """[{"image_id": 1, "round_id": 1, "ranks": [2, 1]}]""");
        var relevance = Write("d.json", """[{"image_id": 1, "round_id": 1, "gt_relevance": [0, 1]}]""");
        var dialogs = Write("s.json", """{"data": {"dialogs": [{"image_id": 1, "dialog": [{"gt_index": 0}]}]}}""");
        Assert.Equal(["NDCG"], Measures("metrics", "visdial", "--ranks", ranks, "--relevance", relevance, "--json").Keys);
        var measures = Measures("metrics", "visdial", "--ranks", ranks, "--dialogs", dialogs, "--json");
        Assert.Equal(["MRR", "R@1", "R@5", "R@10", "mean rank"], measures.Keys);
        Assert.Equal(0.5, measures["MRR"].GetProperty("value").GetDouble());
        Mmi.Run("metrics", "visdial", "--ranks", ranks).CouldNotRun("Give --relevance, --dialogs or both");
    }

    // One of two: Wilson's interval is 0.0945 to 0.9055.
    [Fact]
    public void Boxes_have_the_interval_of_a_proportion()
    {
        var path = Write("b.jsonl", "{\"expected\": [0, 0, 10, 10], \"text\": \"<box>(0,0)(10,9)</box>\"}\n{\"expected\": [0, 0, 10, 10], \"text\": \"?\"}\n");
        var accuracy = Measures("metrics", "grounding", "--results", path, "--json")["accuracy at IoU 0.5"];
        Assert.Equal(0.5, accuracy.GetProperty("value").GetDouble());
        Assert.Equal(0.0945, accuracy.GetProperty("low").GetDouble(), 4);
        Assert.Equal(0.9055, accuracy.GetProperty("high").GetDouble(), 4);
    }

    [Fact]
    public void Label_maps_are_compared_without_an_interval()
    {
        Directory.CreateDirectory(_folder.File("p"));
        Directory.CreateDirectory(_folder.File("e"));
        _folder.Write("p/a.png", PngBytes.Write(2, 1, 8, PngBytes.Grey, [0, 0, 0]));
        _folder.Write("e/a.png", PngBytes.Write(2, 1, 8, PngBytes.Grey, [0, 1, 2]));
        string[] args = ["metrics", "miou", "--predicted", _folder.File("p"), "--expected", _folder.File("e")];
        var measure = Measures([.. args, "--classes", "3", "--ignore", "0", "--offset", "1", "--json"])["mIoU"];
        Assert.Equal(0.25, measure.GetProperty("value").GetDouble());
        Assert.Equal(JsonValueKind.Null, measure.GetProperty("low").ValueKind);
        Mmi.Run([.. args, "--classes", "2"]).CouldNotRun("a.png': The expected label at (1, 0) is 2, and the classes are 0 to 1.");
        Mmi.Run([.. args, "--classes", "300"]).CouldNotRun("--classes must be 1 to 256");
    }

    // Two rows each: the covariances are those of (2, 0) / √2 and (0, 2) / √2 alone, so nothing is shared: 2 + 2, and the means are 0.
    [Fact]
    public void Features_are_compared()
    {
        var first = Features("a.safetensors", [1, 0, -1, 0], 2);
        var second = Features("b.safetensors", [0, 1, 0, -1], 2);
        Assert.Equal(4, Measures("metrics", "fid", "--generated", first, "--originals", second, "--json")["FID"].GetProperty("value").GetDouble(), 1e-9);
        Assert.Equal(0, Measures("metrics", "clip-i", "--generated", first, "--originals", second, "--json")["CLIP-I"].GetProperty("value").GetDouble(), 1e-9);
        var third = Features("c.safetensors", [0, 1, 0], 3);
        Mmi.Run("metrics", "fid", "--generated", first, "--originals", third).CouldNotRun(first, third, "2 features per image, the second 3");
        Mmi.Run("metrics", "clip-i", "--generated", first, "--originals", third).CouldNotRun(first, third, "2 x 2, the second 1 x 3");
    }

    [Fact]
    public void What_cannot_be_scored_is_one_sentence()
    {
        Mmi.Run("metrics", "captions", "--references", "r").CouldNotRun("--candidates", "'mmi metrics captions --help' explains");
        Mmi.Run("metrics", "grounding", "--results", "nowhere").CouldNotRun("'nowhere' does not exist");
        Mmi.Run("metrics", "fid", "--generated", "nowhere", "--originals", "b").CouldNotRun("'nowhere' does not exist");
        Mmi.Run("metrics", "captions", "--references", Golden.Path("README.md"), "--candidates", "c").CouldNotRun("README.md' is not JSON", "(line 1)");
        Mmi.Run("metrics", "beauty").CouldNotRun("'mmi metrics --help' explains");
    }

    private static Dictionary<string, JsonElement> Measures(params string[] args) =>
        JsonDocument.Parse(Mmi.Run(args).Succeeded().Output).RootElement.GetProperty("measures").EnumerateArray()
            .ToDictionary(measure => measure.GetProperty("name").GetString()!);

    private string Features(string name, float[] values, int columns)
    {
        SafetensorsFile.Write(_folder.File(name), [("features", tensor(values, values.Length / columns, columns))]);
        return _folder.File(name);
    }

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        return _folder.File(name);
    }
}
