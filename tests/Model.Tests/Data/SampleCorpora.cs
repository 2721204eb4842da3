using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;

namespace MmiGrains.Model.Tests.Data;

/// <summary>The sample corpora beside these tests, each format once, and how samples are written down to be compared.</summary>
internal static class SampleCorpora
{
    private static readonly Dictionary<string, string> Configurations = new()
    {
        ["mmc4 lines"] = """{"kind": "mmc4", "files": "mmc4/docs_shard_0_v2.jsonl", "images": "images"}""",
        ["mmc4 zip"] = """{"kind": "mmc4", "files": "mmc4/*.zip", "images": "images"}""",
        ["mmc4 shard"] = """{"kind": "mmc4", "files": "mmc4/shard-{000000..000000}.tar"}""",
        ["mmc4 all"] = """{"kind": "mmc4", "files": ["mmc4/*.tar", "mmc4/docs_shard_?_v2.json*"], "images": "images", "keep_single_image": 1}""",
        ["pairs lines"] = """{"kind": "pairs", "files": "pairs/pairs.jsonl", "images": "images"}""",
        ["pairs python"] = """{"kind": "pairs", "files": "pairs/0000001.txt", "images": "images"}""",
        ["pairs shard"] = """{"kind": "pairs", "files": "pairs/shard-000000.tar"}""",
        ["coco"] = """{"kind": "coco", "files": "coco/captions_tiny.json", "images": "images"}""",
        ["karpathy"] = """{"kind": "coco_karpathy", "files": "coco/dataset_karpathy.json", "images": "."}""",
        ["flickr30k"] = """{"kind": "flickr30k", "files": "flickr30k/test.json", "images": "images"}""",
        ["nocaps"] = """{"kind": "nocaps", "files": "nocaps/nocaps_tiny.json", "images": "images"}""",
        ["paragraphs"] = """{"kind": "image2paragraph", "files": "paragraphs/paragraphs_coco.json", "images": "."}""",
        ["lncoco"] = """{"kind": "lncoco", "files": "lncoco/coco_val_captions.jsonl", "images": "vqa", "image_name": "images/COCO_train2014_{image_id:12}.jpg"}""",
        ["visdial"] = """{"kind": "visdial", "files": "visdial/visdial_tiny.json", "images": "vqa/images", "image_name": ["no_{image_id}.jpg", "COCO_train2014_{image_id:12}.jpg"]}""",
        ["visdial dense"] = """
            {"kind": "visdial", "files": "visdial/visdial_tiny.json", "images": "vqa/images", "image_name": "COCO_train2014_{image_id:12}.jpg",
              "rounds": "dense", "relevance": "visdial/dense_annotations.json"}
            """,
        ["vqa random shots"] = """
            {"kind": "vqa", "files": "vqa/vizwiz.json", "images": "images", "prompt": "{few_shot_example}{image}Question: {question} Short answer: {answer}",
              "examples": {"files": "vqa/annotations.json", "questions": "vqa/questions.json", "images": "vqa/images", "shots": 3}}
            """,
        ["coco similar shots"] = """
            {"kind": "coco", "files": "coco/captions_tiny.json", "images": "images", "examples": {"kind": "nocaps", "files": "nocaps/nocaps_tiny.json", "images": "images",
              "choose": "similar", "template": "{image}Caption: {caption} ", "features": "nocaps/features.npy", "query_features": "coco/features.npy"}}
            """,
        ["vqa"] = """{"kind": "vqa", "files": "vqa/annotations.json", "questions": "vqa/questions.json", "images": "vqa/images"}""",
        ["vizwiz"] = """{"kind": "vqa", "files": "vqa/vizwiz.json", "images": "images"}""",
        ["refcoco"] = """{"kind": "grounding", "files": "grounding/refcoco.jsonl", "images": "images"}""",
        ["referring"] = """{"kind": "grounding", "task": "referring", "files": "grounding/refcoco.jsonl", "images": "images"}""",
        ["grit"] = """{"kind": "grounding", "files": "grounding/grit.jsonl", "images": "images"}""",
        ["refs"] = """{"kind": "grounding", "files": "grounding/refs.jsonl", "images": "images", "text_field": "sent", "boxes": "corners"}""",
        ["regions"] = """{"kind": "grounding", "task": "referring", "files": "grounding/regions.json", "images": "images", "text_field": "caption", "boxes": "corners"}""",
        ["region vqa"] = """{"kind": "grounding", "task": "region_vqa", "files": "grounding/region_vqa.jsonl", "images": "images", "boxes": "corners"}""",
        ["grounded captions"] = """{"kind": "grounding", "task": "grounded_caption", "files": "grounding/grounded.jsonl", "images": "images", "text_field": "sent"}""",
        ["segmentation"] = """{"kind": "segmentation", "files": "segmentation/ade.jsonl", "images": "images", "map_colors": "by_class"}""",
        ["stories"] = """{"kind": "stories", "files": "stories/stories.jsonl", "images": "images", "image_first": 0.5}""",
        ["pororo"] = """{"kind": "stories", "files": "stories/pororo.jsonl", "images": "images", "strips": true}""",
        ["flintstones"] = """{"kind": "stories", "files": "stories/flintstones.jsonl", "images": "images"}""",
        ["vist"] = """{"kind": "vist", "files": "stories/train.story-in-sequence.json", "images": "stories/photos"}""",
        ["llava list"] = """{"kind": "llava", "files": "llava/llava.json", "images": "images"}""",
        ["llava lines"] = """{"kind": "llava", "files": "llava/llava.jsonl", "images": "images"}""",
        ["annt"] = """{"kind": "annt", "path": "annt.json", "images": "images"}""",
        ["mixture"] = """
            {"datasets": [
              {"kind": "mmc4", "files": "mmc4/*.zip", "images": "images", "weight": 2, "shuffle_window": 3},
              {"kind": "mix", "ratio": "fixed", "datasets": [
                {"kind": "stories", "files": "stories/stories.jsonl", "images": "images", "shuffle_window": 4},
                {"kind": "pairs", "files": "pairs/*.tar", "images": "images", "shuffle_window": 5}]}]}
            """,
    };

    public static string Folder { get; } = Golden.Path("..", "Model.Tests", "Data", "Samples");

    public static IEnumerable<TheoryDataRow<string>> Names => Configurations.Keys.Select(name => new TheoryDataRow<string>(name));

    public static IEnumerable<TheoryDataRow<string>> SingleNames => Names.Where(row => row.Data != "mixture");

    /// <summary>A configuration by name, with options added or replaced.</summary>
    public static DatasetConfig Config(string name, string options = "{}")
    {
        var json = JsonNode.Parse(Configurations[name])!.AsObject();
        foreach (var (key, value) in JsonNode.Parse(options)!.AsObject())
        {
            json[key] = value?.DeepClone();
        }

        return DatasetConfig.Parse(json, Folder, "test");
    }

    public static ISampleStream Open(string name, string options = "{}", long seed = 1, RowProblems? problems = null) =>
        DatasetCatalog.Open(Config(name, options), seed, problems ?? new RowProblems());

    /// <summary>The next samples, in order.</summary>
    public static List<DataSample> Take(this ISampleStream stream, int count) => [.. Enumerable.Range(0, count).Select(_ => stream.Next())];

    /// <summary>Samples of the first epoch, in the order of the files unless a window says otherwise.</summary>
    public static List<DataSample> FirstEpoch(string name, string options = """{"shuffle_window": 1}""", long seed = 1, RowProblems? problems = null)
    {
        using var stream = (SampleStream)Open(name, options, seed, problems);
        return stream.TakeEpoch(out _);
    }

    /// <summary>All samples of the current epoch, and the first of the next.</summary>
    public static List<DataSample> TakeEpoch(this SampleStream stream, out DataSample next)
    {
        var samples = new List<DataSample>();
        next = stream.Next();
        for (var epoch = stream.Epoch; stream.Epoch == epoch; next = stream.Next())
        {
            samples.Add(next);
        }

        return samples;
    }

    /// <summary>Everything that is in a sample but pixels, in one line; what is only read stands in parentheses.</summary>
    public static string Describe(this DataSample sample) => string.Concat(sample.Pieces.Select(piece =>
    {
        var text = piece is TextPiece written ? written.Text : $"[{Path.GetFileName(((ImagePiece)piece).Image.ToString()!.Split(", ")[^1])}]";
        return piece.IsTrained ? text : $"({text})";
    }));

    /// <summary>The same with where it comes from, below the folder of samples.</summary>
    public static string Place(this DataSample sample) => sample.Origin.Replace(Path.GetFullPath(Folder) + "/", "", StringComparison.Ordinal).Split(" (byte")[0];
}
