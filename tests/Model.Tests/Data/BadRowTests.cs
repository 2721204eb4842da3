using System.Text;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Rows that cannot be used are skipped, and accounted for with their place.</summary>
public sealed class BadRowTests
{
    private const string GoodPair = """{"image": "red.png", "caption": "fine"}""";
    private const string GoodStory = """{"frames": [{"image": "red.png", "text": "fine"}]}""";
    private const string GoodDocument = """{"text_list": ["a", "b"], "image_info": [{"image_name": "red.png", "matched_text_index": 0, "matched_sim": 0.3}, {"image_name": "blue.png", "matched_text_index": 1, "matched_sim": 0.3}]}""";
    private const string GoodBox = """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8, 8], "width": 16, "height": 16}""";
    private const string GoodNarrative = """{"image_id": "red.png", "caption": "fine"}""";
    private const string GoodDialog = """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer": 1, "answer_options": [0, 1], "gt_index": 1}]}""";
    private const string Dialogs = """{"data": {"questions": ["a", "b"], "answers": ["c", "d"], "dialogs": [ROWS]}}""";
    private const string GoodTalk = """{"image": "red.png", "conversations": [{"from": "human", "value": "<image>What?"}, {"from": "gpt", "value": "Red."}]}""";

    [Theory]
    [InlineData("pairs", GoodPair, "{", "not JSON")]
    [InlineData("pairs", GoodPair, "[1, 2]", "the row is not an object")]
    [InlineData("pairs", GoodPair, """{"image": "red.png"}""", "caption is missing")]
    [InlineData("pairs", GoodPair, """{"image": "red.png", "caption": null}""", "caption is missing")]
    [InlineData("pairs", GoodPair, """{"image": "red.png", "caption": " \n"}""", "caption is empty")]
    [InlineData("pairs", GoodPair, """{"image": "red.png", "caption": 3}""", "caption is not a text")]
    [InlineData("pairs", GoodPair, """{"image": "red.png", "caption": ["a", 3]}""", "an entry of caption is not a text")]
    [InlineData("pairs", GoodPair, """{"image": "red.png", "caption": "\ud800"}""", "caption has characters that are not Unicode")]
    [InlineData("pairs", GoodPair, """{"caption": "a"}""", "image is missing")]
    [InlineData("pairs", GoodPair, """{"image": "nowhere.png", "caption": "a"}""", "an image does not exist")]
    [InlineData("pairs", GoodPair, """{"image": "../images/red.png", "caption": "a"}""", "an image's path leads out of its folder by \"..\"")]
    [InlineData("pairs", GoodPair, """{"image": "a/..\\..\\red.png", "caption": "a"}""", "an image's path leads out of its folder by \"..\"")]
    [InlineData("pairs", GoodPair, """{"image": "/etc/passwd", "caption": "a"}""", "an image's path is absolute, which \"absolute_paths\" does not allow")]
    [InlineData("pairs", GoodPair, """{"image": "a\u0000.png", "caption": "a"}""", "an image's path has a character that no file name has")]
    [InlineData("pairs", GoodPair, """{'image': 'red.png', 'caption': 3}""", "neither JSON nor a Python dictionary of texts")]
    [InlineData("mmc4", GoodDocument, """{"image_info": []}""", "text_list is missing")]
    [InlineData("mmc4", GoodDocument, """{"text_list": "a", "image_info": []}""", "text_list is not a list")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": {}}""", "image_info is not a list")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": ["b"]}""", "image_info is not an object")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": [{"image_name": "red.png", "matched_text_index": 1, "matched_sim": 1}]}""", "image_info.matched_text_index names no sentence")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": [{"image_name": "red.png", "matched_text_index": 0.5, "matched_sim": 1}]}""", "image_info.matched_text_index is not a whole number")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": [{"image_name": "red.png", "matched_text_index": 0, "matched_sim": "1"}]}""", "image_info.matched_sim is not a number")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": [{"image_name": "red.png", "matched_text_index": 0}], "similarity_matrix": [[]]}""", "image_info.matched_sim is missing, and similarity_matrix has no such entry")]
    [InlineData("mmc4", GoodDocument, """{"text_list": ["a"], "image_info": [{"image_name": "../red.png", "matched_text_index": 0, "matched_sim": 1}]}""", "an image's path leads out of its folder by \"..\"")]
    [InlineData("stories", GoodStory, """{"frames": []}""", "frames is empty")]
    [InlineData("stories", GoodStory, """{"frames": [{"image": "red.png"}]}""", "frames.text is missing")]
    [InlineData("stories", GoodStory, """{"frames": [{"image": "red.png", "text": "a"}, {"image": "x.png", "text": "b"}]}""", "an image does not exist")]
    [InlineData("segmentation", """{"image": "red.png", "map": "classes.png", "caption": "a"}""", """{"image": "red.png", "caption": "a"}""", "map is missing")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8], "width": 16, "height": 16}""", "bbox is not four numbers")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8, null], "width": 16, "height": 16}""", "an entry of bbox is not a number")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, -8, 8], "width": 16, "height": 16}""", "a box ends before it begins")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8, 18], "width": 16, "height": 16}""", "a box lies outside of its image")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8, 8], "width": 0, "height": 16}""", "width or height is not above zero")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "caption": "a dog", "ref_exps": [[0, 6, 0, 0, 1, 1, 1]]}""", "a phrase is no part of the caption")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "caption": "a dog", "ref_exps": [3]}""", "an entry of ref_exps is not a list")]
    [InlineData("lncoco", GoodNarrative, """{"caption": "a"}""", "image_id is missing")]
    [InlineData("lncoco", GoodNarrative, """{"image_id": "no", "caption": "a"}""", "an image does not exist")]
    [InlineData("lncoco", GoodNarrative, """{"image_id": "red.png", "caption": ["a"]}""", "caption is not a text")]
    [InlineData("grounding", GoodBox, """{"image": "nowhere.png", "expression": "it", "bbox": [0, 0, 8, 8]}""", "an image does not exist")]
    [InlineData("grounding", GoodBox, """{"image": "scene.npy", "expression": "it", "bbox": [0, 0, 800, 8]}""", "a box lies outside of its image")]
    [InlineData("grounding", GoodBox, """{"image": "objects.npy", "expression": "it", "bbox": [0, 0, 8, 8]}""", "its image does not tell its size")]
    [InlineData("grounding", GoodBox, """{"image": "red.png", "expression": "it", "bbox": [0, 0, 8, 17]}""", "a box lies outside of its image")]
    [InlineData("llava", GoodTalk, """{"image": "red.png", "conversations": [{"from": "human", "value": "What?"}]}""", "conversations are not pairs of turns")]
    [InlineData("llava", GoodTalk, """{"image": "red.png", "conversations": [{"from": "gpt", "value": "What?"}, {"from": "human", "value": "Red."}]}""", "turns are not human and gpt by turns")]
    [InlineData("llava", GoodTalk, """{"conversations": [{"from": "human", "value": "<image>What?"}, {"from": "gpt", "value": "Red."}]}""", "the turns mention another number of images than the row has")]
    [InlineData("llava", GoodTalk, """{"image": "red.png", "conversations": [{"from": "human", "value": "What?"}, {"from": "gpt", "value": "<image>"}]}""", "an answer mentions an image")]
    public void A_bad_row_is_skipped_with_its_line_and_reason(string kind, string good, string bad, string reason)
    {
        using var folder = new TemporaryFolder();
        var (file, problems) = (folder.File("rows.jsonl"), new RowProblems());
        File.WriteAllText(file, $"{good}\n\n{good}\n{bad}\r\n{good}\n{bad}");
        var more = kind == "lncoco" ? """, "image_name": "{image_id}" """ : "";
        using var stream = Open(folder, $$"""{"kind": "{{kind}}", "files": "rows.jsonl", "shuffle_window": 1{{more}}""", problems);
        var origins = stream.Take(4).Select(sample => sample.Origin).ToList();

        Assert.Equal([$"{file}:1", $"{file}:3", $"{file}:5", $"{file}:1"], origins);
        Assert.Equal([(reason, 2L)], problems.Ledgers[0].Skipped.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal([$"{file}:4", $"{file}:6"], problems.Ledgers[0].Examples.Select(problem => problem.Origin));
        Assert.Equal($"{kind}: 2 of 6 rows skipped: 2 {reason}", Assert.Single(problems.Summaries));

        using var strict = Open(folder, $$"""{"kind": "{{kind}}", "files": "rows.jsonl", "shuffle_window": 1{{more}}""", new RowProblems(isStrict: true));
        strict.Take(2);
        var error = Assert.Throws<DataException>(strict.Next);
        Assert.StartsWith($"{kind}: {file}:4: {reason}", error.Message, StringComparison.Ordinal);
        Assert.Equal($"{file}:5", strict.Next().Origin);
    }

    [Theory]
    [InlineData("coco", """{"images": [{"id": 1, "file_name": "red.png"}], "annotations": [ROWS]}""", """{"image_id": 1, "caption": "a"}""", """{"image_id": 2, "caption": "a"}""", "image_id names none of the images")]
    [InlineData("coco", """{"images": [{"id": 1, "file_name": "red.png"}], "annotations": [ROWS]}""", """{"image_id": 1, "caption": "a"}""", "7", "the row is not an object")]
    [InlineData("nocaps", """{"images": [{"id": 1, "file_name": "red.png"}], "annotations": [ROWS]}""", """{"image_id": 1, "caption": ["a"]}""", """{"image_id": 1, "caption": []}""", "caption is empty")]
    [InlineData("flickr30k", """{"images": [{"id": 1, "file_name": "red.png"}], "annotations": [ROWS]}""", """{"image_id": 1, "caption": ["a"]}""", """{"image_id": "x", "caption": ["a"]}""", "image_id is not a whole number")]
    [InlineData("image2paragraph", """{"annotations": [ROWS]}""", """{"image_id": 1, "url": "https://x/./red.png", "caption": "a"}""", """{"image_id": 1, "url": "red.png", "caption": "a"}""", "url has no folder and file")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 2, "answer": 1, "answer_options": [1]}]}""", "dialog.question names none of the texts")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer": -1, "answer_options": [-1, 1]}]}""", "an entry of dialog.answer_options names none of the texts")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer_options": [0]}]}""", "no question of the dialog is answered")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": []}""", "no question of the dialog is answered")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer": 1, "answer_options": [0, 1], "gt_index": 0}]}""", "the answer is not the option that gt_index names")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer": 1, "answer_options": [0, 2], "gt_index": 5}]}""", "the answer is not the option that gt_index names")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "red", "caption": "a", "dialog": [{"question": 0, "answer": 1, "answer_options": [5, 1]}]}""", "an entry of dialog.answer_options names none of the texts")]
    [InlineData("visdial", Dialogs, GoodDialog, """{"image_id": "x", "caption": "a", "dialog": []}""", "an image does not exist")]
    [InlineData("coco_karpathy", """{"images": [ROWS]}""", """{"split": "train", "filename": "red.png", "sentences": [{"raw": "a"}]}""", """{"split": "train", "filename": "red.png", "sentences": []}""", "sentences is empty")]
    [InlineData("vqa", "[ROWS]", """{"image": "red.png", "question": "a", "answers": [{"answer": "b"}]}""", """{"image": "red.png", "question": "a", "answers": []}""", "answers is empty")]
    [InlineData("vqa", "[ROWS]", """{"image": "red.png", "question": "a", "answers": [{"answer": "b"}]}""", """{"image_id": 3, "question": "a", "answers": [{"answer": "b"}]}""", "an image does not exist")]
    [InlineData("annt", "[ROWS]", """{"sentences": ["a"]}""", """{"sentences": ["a"], "images": ["red.png"]}""", "not a sample of an inference file")]
    [InlineData("annt", "[ROWS]", """{"sentences": ["a"]}""", """{"sentences": ["a"], "sentences": ["a"]}""", "not a sample of an inference file")]
    [InlineData("annt", "[ROWS]", """{"sentences": ["a"]}""", """{"sentences": [""]}""", "the row has neither text nor an image")]
    [InlineData("vist", """{"annotations": [ROWS]}""", """[{"story_id": 1, "worker_arranged_photo_order": 0, "photo_flickr_id": "red", "text": "a"}]""", """[{"story_id": 2, "worker_arranged_photo_order": 1, "photo_flickr_id": "red", "text": "a"}]""", "the story's sentences are not numbered one after another from 0")]
    [InlineData("vist", """{"annotations": [ROWS]}""", """[{"story_id": 1, "worker_arranged_photo_order": 0, "photo_flickr_id": "red", "text": "a"}]""", """[{"worker_arranged_photo_order": 1, "photo_flickr_id": "red", "text": "a"}]""", "story_id is missing")]
    [InlineData("vist", """{"annotations": [ROWS]}""", """[{"story_id": 1, "worker_arranged_photo_order": 0, "photo_flickr_id": "red", "text": "a"}]""", "[]", "an annotation is not a list of one sentence")]
    [InlineData("vist", """{"annotations": [ROWS]}""", """[{"story_id": 1, "worker_arranged_photo_order": 0, "photo_flickr_id": "red", "text": "a"}]""", """[{"story_id": 2, "worker_arranged_photo_order": 0, "photo_flickr_id": "x", "text": "a"}]""", "an image does not exist")]
    public void A_bad_element_of_a_list_is_skipped_with_its_line_and_reason(string kind, string list, string good, string bad, string reason)
    {
        using var folder = new TemporaryFolder();
        var (file, problems) = (folder.File("rows.json"), new RowProblems());
        File.WriteAllText(file, list.Replace("ROWS", $"\n{good},\n{bad}, \n{good}\n", StringComparison.Ordinal));
        var more = kind == "visdial" ? """, "image_name": "{image_id}.png", "options": true""" : "";
        using var stream = Open(folder, $$"""{"kind": "{{kind}}", "files": "rows.json", "shuffle_window": 1{{more}}""", problems);
        var origins = stream.Take(3).Select(sample => sample.Origin.Split(" (byte")[0]).ToList();

        Assert.Equal([$"{file}:2", $"{file}:4", $"{file}:2"], origins);
        Assert.Equal([(reason, 1L)], problems.Ledgers[0].Skipped.Select(pair => (pair.Key, pair.Value)));
        Assert.Equal($"{file}:3 (byte {list.IndexOf("ROWS", StringComparison.Ordinal) + good.Length + 3})", Assert.Single(problems.Ledgers[0].Examples).Origin);
    }

    [Fact]
    public void Reasons_are_counted_and_the_first_examples_kept_and_all_reported()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.jsonl"), string.Concat(Enumerable.Repeat($"x\n{GoodPair}\n{{}}\ny\n", 3)));
        var reported = new List<RowProblem>();
        var problems = new RowProblems(exampleCount: 2, report: reported.Add);
        using var stream = Open(folder, """{"name": "web", "kind": "pairs", "files": "rows.jsonl", "shuffle_window": 1""", problems);
        stream.Take(4);

        Assert.Equal("web: 10 of 14 rows skipped: 7 not JSON, 3 caption is missing", Assert.Single(problems.Summaries));
        Assert.Equal([1, 3], problems.Ledgers[0].Examples.Select(Line));
        Assert.Equal([1, 3, 4, 5, 7, 8, 9, 11, 12, 1], reported.Select(Line));

        static int Line(RowProblem problem) => int.Parse(problem.Origin.Split(':')[^1], null);
    }

    [Fact]
    public void A_stream_without_any_usable_row_ends_after_one_pass()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.jsonl"), "x\ny\nz\n");
        var problems = new RowProblems();
        using var stream = Open(folder, """{"kind": "pairs", "files": "rows.jsonl", "shuffle_window": 2""", problems);

        Assert.Equal("pairs: no row can be used. pairs: 3 of 3 rows skipped: 3 not JSON", Assert.Throws<DataException>(stream.Next).Message);
    }

    [Fact]
    public void A_stream_that_is_resumed_past_its_only_good_row_goes_on()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("rows.jsonl"), $"{GoodPair}\nx\ny\n");
        using var stream = Open(folder, """{"kind": "pairs", "files": "rows.jsonl", "shuffle_window": 1""", new RowProblems());
        stream.Next();
        var position = stream.SavePosition();
        using var other = Open(folder, """{"kind": "pairs", "files": "rows.jsonl", "shuffle_window": 1""", new RowProblems());
        other.Restore(position);

        Assert.EndsWith(":1", other.Next().Origin, StringComparison.Ordinal);
        Assert.EndsWith(":1", other.Next().Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_without_rows_are_no_data()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rows.jsonl", []);
        folder.Write("more.jsonl", [(byte)'\n', (byte)' ', (byte)'\n']);
        using var stream = Open(folder, """{"kind": "pairs", "files": "*.jsonl" """, new RowProblems());

        Assert.Contains("no row at all in 2 files", Assert.Throws<DataException>(stream.Next).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Absolute_paths_can_be_allowed()
    {
        using var folder = new TemporaryFolder();
        var image = Path.GetFullPath(Path.Combine(Folder, "images", "red.png"));
        File.WriteAllText(folder.File("rows.jsonl"), $$"""{"image": "{{image}}", "caption": "a"}""");
        using var stream = Open(folder, """{"kind": "pairs", "files": "rows.jsonl", "absolute_paths": true""", new RowProblems());

        Assert.Contains(stream.Next().Pieces, piece => piece is ImagePiece found && found.Image.ToString() == image);
    }

    [Fact]
    public void Images_that_are_missing_leave_a_document_and_without_any_it_is_left_out()
    {
        using var folder = new TemporaryFolder();
        var some = GoodDocument.Replace("red.png", "missing.png", StringComparison.Ordinal);
        var none = some.Replace("blue.png", "missing.png", StringComparison.Ordinal);
        File.WriteAllText(folder.File("rows.jsonl"), $"{some}\n{none}\n");
        var problems = new RowProblems(isStrict: true); // neither is a mistake
        using var stream = Open(folder, """{"kind": "mmc4", "files": "rows.jsonl", "keep_single_image": 1, "image_first": 0, "shuffle_window": 1""", problems);

        Assert.All(stream.Take(2), sample => Assert.Equal("a b[blue.png]", sample.Describe()));
        Assert.Equal("mmc4: 1 of 3 rows left out by rule: 1 no image is on disk and like its sentence; noted: 4 images are not on disk", Assert.Single(problems.Summaries));
    }

    [Fact]
    public void A_similarity_may_come_from_the_matrix()
    {
        using var folder = new TemporaryFolder();
        var row = """{"text_list": ["a", "b"], "image_info": [{"image_name": "red.png", "matched_text_index": 1}, {"image_name": "blue.png", "matched_text_index": 0}], "similarity_matrix": [[0.1, 0.3], [0.2, 0.9]]}""";
        File.WriteAllText(folder.File("rows.jsonl"), row);
        using var stream = Open(folder, """{"kind": "mmc4", "files": "rows.jsonl", "keep_single_image": 1, "image_first": 0""", new RowProblems());

        Assert.Equal("a b[red.png]", stream.Next().Describe());
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_a_bad_row()
    {
        using var folder = new TemporaryFolder();
        folder.Write("rows.jsonl", [.. Encoding.UTF8.GetBytes($"{GoodPair}\n{{\"image\": \"red.png\", \"caption\": \""), 0xC3, 0x28, .. Encoding.UTF8.GetBytes($"\"}}\n{GoodPair}")]);
        var problems = new RowProblems();
        using var stream = Open(folder, """{"kind": "pairs", "files": "rows.jsonl", "shuffle_window": 1""", problems);
        stream.Take(2);

        Assert.EndsWith(":2", Assert.Single(problems.Ledgers[0].Examples).Origin, StringComparison.Ordinal);
    }

    private static ISampleStream Open(TemporaryFolder folder, string start, RowProblems problems)
    {
        var images = Path.GetFullPath(Path.Combine(Folder, "images"));
        return DatasetCatalog.Open(DatasetConfig.Parse($$"""{{start}}, "images": "{{images}}"}""", folder.Path, "test"), 1, problems);
    }
}
