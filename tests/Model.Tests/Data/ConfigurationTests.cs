using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Configurations of data sets, sound and not.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("nonsense", "'FILE' is not JSON:")]
    [InlineData("3", "'FILE' must hold a data set or a list of them")]
    [InlineData("{}", "'FILE', option 'kind': must be given: mmc4, pairs, coco")]
    [InlineData("""{"kind": "mmc5"}""", "there is no kind 'mmc5'; there are mmc4, pairs, coco, coco_karpathy, flickr30k, nocaps, image2paragraph, lncoco, vqa, visdial, grounding, segmentation, stories, vist, llava, annt, scenes, mix")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "lowecase": true}""", "there is no option 'lowecase'; there are kind, name, path, files, images, absolute_paths, weight, shuffle_window, ")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "similarity": 0.3}""", "image_first, lowercase.")]
    [InlineData("""{"kind": "pairs"}""", "option 'files': must name at least one file")]
    [InlineData("""{"kind": "pairs", "files": 3}""", "option 'files': must be a text; it is 3")]
    [InlineData("""{"kind": "pairs", "files": ["a", null]}""", "option 'files': must be a text; it is null")]
    [InlineData("""{"kind": "pairs", "files": "nowhere.jsonl"}""", "nowhere.jsonl' does not exist")]
    [InlineData("""{"kind": "pairs", "files": "nowhere/*.jsonl"}""", "no file fits '")]
    [InlineData("""{"kind": "pairs", "files": "mmc4/shard-{000000..000001}.tar"}""", "shard-000001.tar' does not exist")]
    [InlineData("""{"kind": "pairs", "files": "a{3..1}"}""", "the numbers {3..1} of 'a{3..1}' must go up")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "path": "b"}""", "option 'path': means the same as 'files'")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "images": "nowhere"}""", "option 'images': the folder '")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "weight": 0}""", "option 'weight': must be 1E-09 to 1000000000; it is 0")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "shuffle_window": 2.5}""", "option 'shuffle_window': must be a whole number; it is 2.5")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "shuffle_window": "2"}""", "option 'shuffle_window': must be a number; it is \"2\"")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "lowercase": 1}""", "option 'lowercase': must be true or false; it is 1")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "image_first": 1.5}""", "option 'image_first': must be 0 to 1; it is 1.5")]
    [InlineData("""{"kind": "pairs", "files": "pairs/pairs.jsonl", "image_fit": "squash"}""", "option 'image_fit': must be one of center_crop, stretch; it is 'squash'")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "prompt": "{image}{text}"}""", "has a field {text}; there are {image}, {caption}")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "prompt": "{image}"}""", "must have {caption} once")]
    [InlineData("""{"kind": "visdial", "files": "visdial/visdial_tiny.json", "rounds": "dense"}""", "option 'relevance': must name the dense annotations where 'rounds' is dense")]
    [InlineData("""{"kind": "visdial", "files": "visdial/visdial_tiny.json", "rounds": "some"}""", "option 'rounds': must be one of all, dense; it is 'some'")]
    [InlineData("""{"kind": "image2paragraph", "files": "paragraphs/paragraphs_coco.json", "split_ids": "coco/captions_tiny.json"}""", "captions_tiny.json' is not a list of image_ids: ")]
    [InlineData("""{"kind": "grounding", "task": "grounded_caption", "files": "grounding/grit.jsonl", "prompt": "{image}"}""", "must have {caption} once")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": 3}""", "option 'examples': must be an object; it is 3")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "x.json"}}""", "'FILE', examples: the file '")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"kind": "pairs", "files": "pairs/pairs.jsonl"}}""", "'FILE', examples, option 'kind': 'pairs' has neither captions nor questions to take for examples")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"kind": "scenes"}}""", "option 'kind': 'scenes' has no rows to take examples from")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "coco/captions_tiny.json", "shots": 0}}""", "'FILE', examples, option 'shots': must be 1 to 64; it is 0")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "coco/captions_tiny.json", "shot": 2}}""", "'FILE', examples: there is no option 'shot'; there are kind, ")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "coco/captions_tiny.json", "examples": {}}}""", "option 'examples': has 'examples' itself; examples have none")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "prompt": "{image}{caption}", "examples": {"files": "coco/captions_tiny.json"}}""", "must have {few_shot_example} once")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "prompt": "{few_shot_example}{image}{caption}"}""", "has a field {few_shot_example}; there are {image}, {caption}")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "coco/captions_tiny.json", "template": "{question}"}}""", "has a field {question}; there are {image}, {caption}")]
    [InlineData("""{"kind": "coco", "files": "coco/captions_tiny.json", "examples": {"files": "coco/captions_tiny.json", "choose": "similar", "features": "coco/features.npy"}}""", "option 'query_features': must name a file of features where 'choose' is similar")]
    [InlineData("""{"kind": "scenes", "questions": ["colour", "cuont"]}""", "option 'questions': has 'cuont'; kinds are ")]
    [InlineData("""{"kind": "scenes", "max_objects": 10}""", "option 'max_objects': must be 1 to 9; it is 10")]
    [InlineData("""{"kind": "scenes", "tasks": {"captoin": 1}}""", "option 'tasks': ")]
    [InlineData("""{"kind": "mix", "datasets": []}""", "option 'datasets': must be a list of at least one object")]
    [InlineData("""{"kind": "mix", "datasets": [3]}""", "option 'datasets': must hold objects alone")]
    [InlineData("""{"datasets": [{"kind": "coco", "files": "coco/captions_tiny.json"}, {"kind": "x"}]}""", "'FILE', data set 2: there is no kind 'x'")]
    [InlineData("""{"kind": "mix", "files": "a", "datasets": [{"kind": "x"}]}""", "option 'files': is for the data sets of a mixture")]
    [InlineData("""[{"kind": "x"}]""", "'FILE', data set 1: there is no kind 'x'")]
    [InlineData("""{"weights": "size", "datasets": [{"kind": "mix", "datasets": [{"kind": "coco", "files": "coco/captions_tiny.json"}]}]}""", "option 'size': must be given")]
    [InlineData("""{"kind": "pairs", "kind": "pairs"}""", "'FILE' is not JSON:")]
    public void A_mistake_gets_one_sentence(string json, string expected)
    {
        var error = Assert.Throws<DataException>(() => DatasetCatalog.Open(DatasetConfig.Parse(json, Folder, "'FILE'"), 1, new RowProblems()));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_is_read_relative_to_its_own_folder_with_comments()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("rows/deep"));
        File.WriteAllText(folder.File("rows/deep/1.jsonl"), """{"image": "a.png", "caption": "1"}""");
        File.WriteAllText(folder.File("rows/2.jsonl"), """{"image": "a.png", "caption": "2"}""");
        folder.Write("a.png", []);
        var path = folder.File("data.json");
        File.WriteAllText(path, """{ /* two rows */ "kind": "pairs", "files": ["rows/**/*.jsonl",], "images": ".", "shuffle_window": 1}""");
        var config = DatasetConfig.Read(path);

        using var stream = DatasetCatalog.Open(config, 1, new RowProblems());
        Assert.Equal(["2.jsonl:1", "1.jsonl:1", "2.jsonl:1"], stream.Take(3).Select(sample => Path.GetFileName(sample.Origin)));
        Assert.Contains("does not exist", Assert.Throws<DataException>(() => DatasetConfig.Read(folder.File("x.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_are_as_documented()
    {
        var config = DatasetConfig.Parse("""{"kind": "pairs", "files": "a.jsonl"}""", Folder, "test");

        Assert.Equal(("pairs", 1.0, 1000, false, null), (config.Name, config.Weight, config.ShuffleWindow, config.AllowsAbsolutePaths, config.Images));
    }

    [Fact]
    public void Numbers_made_in_code_are_numbers()
    {
        var json = new JsonObject { ["kind"] = "pairs", ["files"] = "pairs/pairs.jsonl", ["images"] = "images", ["shuffle_window"] = 3, ["weight"] = 2f, ["image_first"] = 1L };
        using var stream = DatasetCatalog.Open(DatasetConfig.Parse(json, Folder, "test"), 1, new RowProblems());

        Assert.IsType<ImagePiece>(stream.Next().Pieces[0]);
    }

    [Theory]
    [InlineData("*.jsonl", "a1.jsonl b2.jsonl")]
    [InlineData("?1.jsonl", "a1.jsonl")]
    [InlineData("{b2,a1}.jsonl", "b2.jsonl a1.jsonl")]
    [InlineData("d/{08..10}.tar", "d/08.tar d/09.tar d/10.tar")]
    [InlineData("**/*.tar", "d/08.tar d/09.tar d/10.tar d/e/11.tar")]
    [InlineData("d/*/*.tar", "d/e/11.tar")]
    [InlineData("[ab]1.jsonl*", "[ab]1.jsonl")]
    public void Patterns_name_files(string pattern, string expected)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("d/e"));
        foreach (var name in new[] { "b2.jsonl", "a1.jsonl", "a1.jsonlx", "[ab]1.jsonl", "d/08.tar", "d/09.tar", "d/10.tar", "d/e/11.tar" })
        {
            folder.Write(name, []);
        }

        if (pattern == "*.jsonl")
        {
            File.Delete(folder.File("[ab]1.jsonl"));
        }

        var files = FilePatterns.Expand([pattern], folder.Path, "test").Select(file => Path.GetRelativePath(folder.Path, file));
        Assert.Equal(expected, string.Join(' ', files));
    }
}
