using MmiGrains.Model.Tests;

namespace MmiGrains.Silo.Tests.Commands;

public sealed class DataTests : IDisposable
{
    private static readonly string Samples = Path.GetFullPath(Golden.Path("..", "Model.Tests", "Data", "Samples"));

    private readonly string _folder = Directory.CreateTempSubdirectory("mmi-data-").FullName;

    [Fact]
    public void A_data_set_is_read_shown_and_summed_up()
    {
        var config = Write("data.json", $$"""{"name": "captions", "kind": "coco", "files": "{{Samples}}/coco/captions_tiny.json", "images": "{{Samples}}/images", "shuffle_window": 1}""");
        var answer = Mmi.Run("data", config, "--count", "4", "--show", "1").Succeeded();

        Assert.StartsWith($"captions: {Samples}/coco/captions_tiny.json:1 (byte ", answer.Lines[0], StringComparison.Ordinal);
        Assert.Equal($"  read   [{Samples}/images/red.png]", answer.Lines[1]);
        Assert.Equal("  read   \"a photo of\"", answer.Lines[2]);
        Assert.Equal("  train  \" A red square caption 0\"", answer.Lines[3]);
        Assert.Equal("", answer.Lines[4]);
        Assert.Equal("data set  samples  characters  of them trained  images  of them trained  damaged  rows skipped", answer.Lines[5]);

        // "a photo of" four times, and the captions of red, cyan, green and blue things.
        Assert.Matches(@"^captions +4 +136 +96 +4 +0 +- +0$", answer.Lines[6]);
        Assert.Matches(@"^4 samples in \d+\.\d s: [\d,]+ samples/s$", answer.Lines[8]);
        Assert.Equal(9, answer.Lines.Count);
    }

    [Fact]
    public void Skipped_rows_and_damaged_images_are_listed()
    {
        Write("rows.jsonl", """
            {"image": "red.png", "caption": "one"}
            {"image": "red.png"}
            {"image": "cut.jpg", "caption": "two"}
            nonsense
            """);
        var config = $$"""{"kind": "pairs", "files": "{{_folder}}/rows.jsonl", "images": "{{Samples}}/images", "shuffle_window": 1, "image_first": 1}""";
        var answer = Mmi.Run("data", config, "--count", "2", "--show", "0", "--images").Succeeded();

        Assert.Matches(@"^pairs +2 +6 +6 +2 +2 +1 +1$", answer.Lines[1]);
        Assert.Equal("pairs: 1 of 3 rows skipped: 1 caption is missing", answer.Lines[4]);
        Assert.Equal($"  {_folder}/rows.jsonl:2: caption is missing", answer.Lines[5]);
        Assert.StartsWith($"  {_folder}/rows.jsonl:3: '{Samples}/images/cut.jpg': The image is cut short", answer.Lines[6], StringComparison.Ordinal);

        Assert.Contains("pairs: 7 of 15 rows skipped: 4 caption is missing, 3 not JSON\n", Mmi.Run("data", config, "--count", "8", "--show", "0").Succeeded().Output, StringComparison.Ordinal);
        Mmi.Run("data", config, "--strict").CouldNotRun($"pairs: {_folder}/rows.jsonl:2: caption is missing.");
    }

    [Fact]
    public void A_mixture_has_a_row_for_each_part()
    {
        var config = $$"""
            {"ratio": "fixed", "datasets": [
              {"kind": "stories", "files": "{{Samples}}/stories/stories.jsonl", "images": "{{Samples}}/images", "weight": 3},
              {"kind": "llava", "files": "{{Samples}}/llava/llava.jsonl", "images": "{{Samples}}/images"}]}
            """;
        var answer = Mmi.Run("data", config, "--count", "80", "--show", "0").Succeeded();

        Assert.Single(answer.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["stories", "60", ..]);
        Assert.Single(answer.Lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["llava", "20", ..]);
    }

    [Fact]
    public void Examples_stand_before_a_sample_and_an_answer_tells_its_options()
    {
        var similar = $$"""
            {"kind": "coco", "files": "{{Samples}}/coco/captions_tiny.json", "images": "{{Samples}}/images", "shuffle_window": 1,
              "examples": {"kind": "nocaps", "files": "{{Samples}}/nocaps/nocaps_tiny.json", "images": "{{Samples}}/images", "choose": "similar",
                "features": "{{Samples}}/nocaps/features.npy", "query_features": "{{Samples}}/coco/features.npy"} }
            """;
        var answer = Mmi.Run("data", similar, "--count", "2", "--show", "1").Succeeded();
        Assert.Equal("  read   \"Caption: a picture of thing 1. Caption: a picture of thing 0.\"", answer.Lines[1]);
        Assert.Equal("  train  \" A red square caption 0\"", answer.Lines[4]);

        var dense = $$"""
            {"kind": "visdial", "files": "{{Samples}}/visdial/visdial_tiny.json", "images": "{{Samples}}/vqa/images", "image_name": "COCO_train2014_{image_id:12}.jpg",
              "rounds": "dense", "relevance": "{{Samples}}/visdial/dense_annotations.json", "shuffle_window": 1}
            """;
        answer = Mmi.Run("data", dense, "--count", "8", "--show", "1").Succeeded();
        Assert.Equal("  train  \" it is red\"  (option 2 of 4)", answer.Lines[3]);
        Assert.Equal("visdial: 1 of 9 rows left out by rule: 1 no round of it is judged", answer.Lines[^1]);
    }

    [Fact]
    public void What_cannot_be_opened_is_one_sentence()
    {
        Mmi.Run("data", "nowhere.json").CouldNotRun("'nowhere.json' does not exist");
        Mmi.Run("data", """{"kind": "pears"}""").CouldNotRun("The configuration: there is no kind 'pears'; there are mmc4, pairs");
        Mmi.Run("data", "{").CouldNotRun("The configuration is not JSON");
        Mmi.Run("data", "{}", "--count", "0").CouldNotRun("--count must be at least 1 and --show at least 0; they are 0 and 3");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }
}
