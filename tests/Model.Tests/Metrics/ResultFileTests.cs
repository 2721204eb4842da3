using System.Text.RegularExpressions;
using MmiGrains.Model.Data;
using MmiGrains.Model.Metrics.Files;
using MmiGrains.Model.Metrics.Vqa;
using MmiGrains.Model.Tests.Weights;

namespace MmiGrains.Model.Tests.Metrics;

/// <summary>Files of annotations and results: what they hold, and what is said where they are wrong.</summary>
public sealed class ResultFileTests : IDisposable
{
    private const string Captions = """{"annotations": [{"image_id": 1, "caption": "a"}, {"image_id": "x.jpg", "caption": "b"}, {"image_id": 1, "caption": "c"}]}""";
    private const string Questions = """{"annotations": [{"question_id": 1, "answers": [{"answer": "a"}, {"answer": "b"}], "answer_type": "other"}]}""";
    private const string Relevance = """[{"image_id": 1, "round_id": 2, "gt_relevance": [0, 0.5, 1]}]""";
    private const string Dialogs = """{"data": {"dialogs": [{"image_id": 1, "dialog": [{"gt_index": 2}, {"gt_index": 1}, {"question": 3}]}]}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Captions_meet_their_references_whatever_names_an_image()
    {
        var pairs = CaptionFiles.Read(Write("r", Captions), Write("c", """[{"image_id": "1", "caption": "d"}, {"image_id": "x.jpg", "caption": "e"}]"""));
        Assert.Equal(["d: a c", "e: b"], pairs.Select(pair => $"{pair.Candidate}: {string.Join(' ', pair.References)}"));
    }

    [Theory]
    [InlineData("[", "is not JSON", "(line 1)")]
    [InlineData("{}", "'{c}': must be a list")]
    [InlineData("[]", "'{c}': holds no caption")]
    [InlineData("[3]", "'{c}', entry 0: must be an object")]
    [InlineData("""[{"image_id": 1}]""", "'{c}', entry 0: the field 'caption' is missing")]
    [InlineData("""[{"image_id": 1.5, "caption": "a"}]""", "'{c}', entry 0, field 'image_id': must be a whole number or a text")]
    [InlineData("""[{"image_id": 1, "caption": ["a"]}]""", "'{c}', entry 0, field 'caption': must be a text")]
    [InlineData("""[{"image_id": 1, "caption": "\ud800"}]""", "holds text that is not Unicode")]
    [InlineData("""[{"image_id": 1, "caption": "a"}, {"image_id": 1, "caption": "b"}]""", "'{c}', entry 1: image '1' already has a caption")]
    [InlineData("""[{"image_id": 2, "caption": "a"}]""", "'{c}', entry 0: image '2' has no caption in '{r}'")]
    public void Wrong_captions_are_one_sentence(string results, params string[] expected) =>
        Refused(() => CaptionFiles.Read(Write("r", Captions), Write("c", results)), expected);

    [Fact]
    public void Answers_meet_their_questions_in_both_formats()
    {
        var (questions, protocol) = VqaFiles.Read(Write("q", Questions), Write("a", """[{"question_id": 1, "answer": "b"}]"""));
        Assert.Equal(("b", "a b", "other", VqaProtocol.Vqa), (questions[0].Generated, string.Join(' ', questions[0].Answers), questions[0].AnswerType, protocol));
        (questions, protocol) = VqaFiles.Read(Write("q", """[{"image": "x.jpg", "answers": [{"answer": "a"}]}]"""), Write("a", """[{"image": "x.jpg", "answer": "b"}]"""));
        Assert.Equal(("b", "a", "", VqaProtocol.VizWiz), (questions[0].Generated, string.Join(' ', questions[0].Answers), questions[0].AnswerType, protocol));
    }

    [Theory]
    [InlineData("[]", "'{q}', field 'annotations', entry 0: question '1' has no answer in '{a}'")]
    [InlineData("""[{"question_id": 1, "answer": "b"}, {"question_id": 2, "answer": "b"}]""", "'{a}': question '2' is not in '{q}'")]
    [InlineData("""[{"question_id": 1, "answer": "b"}, {"question_id": 1, "answer": "c"}]""", "'{a}', entry 1: question '1' already has an answer")]
    [InlineData("""[{"answer": "b"}]""", "'{a}', entry 0: the field 'question_id' is missing")]
    [InlineData("""[{"question_id": 1, "answer": 3}]""", "'{a}', entry 0, field 'answer': must be a text")]
    public void Wrong_answers_are_one_sentence(string results, string expected) =>
        Refused(() => VqaFiles.Read(Write("q", Questions), Write("a", results)), expected);

    [Fact]
    public void Ranks_meet_relevance_and_dialogs()
    {
        var rounds = VisDialFiles.Read(
            Write("k", """[{"image_id": 1, "round_id": 2, "ranks": [3, 1, 2]}, {"image_id": 1, "round_id": 1, "ranks": [1, 2, 3]}]"""), Write("d", Relevance), Write("s", Dialogs));
        Assert.Equal([0, 0.5, 1], rounds[0].Relevance!);
        Assert.Null(rounds[1].Relevance);
        Assert.Equal([1, 2], rounds.Select(round => round.TargetIndex!.Value));
        Assert.Equal([3, 1, 2], rounds[0].Ranks);
    }

    [Theory]
    [InlineData("[]", "'{k}' holds no round")]
    [InlineData("""[{"image_id": 1, "round_id": 2, "ranks": [1, 1, 2]}]""", "'{k}', entry 0, field 'ranks': must hold each number of 1 to 3 once")]
    [InlineData("""[{"image_id": 1, "round_id": 2, "ranks": [1, 2]}]""", "has 2 ranks, and '{d}' has 3 relevances for round 2 of image '1'")]
    [InlineData("""[{"image_id": 1, "round_id": 1, "ranks": [1, 2]}]""", "has 2 ranks, and '{s}' says that option 2 was said")]
    [InlineData("""[{"image_id": 1, "round_id": 1, "ranks": [1, 2, 3]}]""", "'{k}' has no ranks for round 2 of image '1', which '{d}' has")]
    [InlineData("""[{"image_id": 1, "round_id": 3, "ranks": [1, 2, 3]}]""", "'{s}' has no round 3 of image '1'")]
    [InlineData("""[{"image_id": 1, "round_id": 2, "ranks": [1, 2, 3]}, {"image_id": 1, "round_id": 2, "ranks": [1, 2, 3]}]""", "'{k}', entry 1: round 2 of image '1' already has ranks")]
    [InlineData("""[{"image_id": 1, "round_id": "2", "ranks": [1, 2, 3]}]""", "field 'round_id': must be a whole number")]
    public void Wrong_ranks_are_one_sentence(string ranks, string expected) =>
        Refused(() => VisDialFiles.Read(Write("k", ranks), Write("d", Relevance), Write("s", Dialogs)), expected);

    [Theory]
    [InlineData("""[{"image_id": 1, "round_id": 2, "gt_relevance": [0, 0]}]""", "field 'gt_relevance': must hold numbers of at least 0, and one above")]
    [InlineData("""[{"image_id": 1, "round_id": 2, "gt_relevance": [1e999]}]""", "field 'gt_relevance', entry 0: must be a number")]
    public void Wrong_relevances_are_one_sentence(string relevance, string expected) =>
        Refused(() => VisDialFiles.Read(Write("k", """[{"image_id": 1, "round_id": 2, "ranks": [1, 2]}]"""), Write("d", relevance), null), expected);

    [Fact]
    public void Boxes_stand_line_by_line()
    {
        var answers = GroundingFile.Read(Write("b", "{\"expected\": [0, 1.5, 2, 999], \"text\": \"(1,2)(3,4)\"}\r\n\n  \n{\"expected\": [1, 1, 2, 2], \"text\": \"\"}"));
        Assert.Equal([999, 2], answers.Select(answer => answer.Expected.Y2));
        Assert.Equal("(1,2)(3,4)", answers[0].Text);
    }

    [Theory]
    [InlineData("\n\n{\"expected\": [1, 2, 3", "'{b}', line 3 is not JSON")]
    [InlineData("{\"expected\": [1, 2, 3], \"text\": \"\"}", "'{b}', line 1, field 'expected': must be x1, y1, x2, y2 from 0 to 999 with x1 < x2 and y1 < y2")]
    [InlineData("{\"expected\": [1, 2, 1, 4], \"text\": \"\"}", "field 'expected': must be x1, y1")]
    [InlineData("{\"expected\": [1, 2, 3, 1000], \"text\": \"\"}", "field 'expected': must be x1, y1")]
    [InlineData("{\"expected\": [1, 2, 3, 4]}", "'{b}', line 1: the field 'text' is missing")]
    [InlineData("", "'{b}' holds no answer")]
    public void Wrong_boxes_are_one_sentence(string lines, string expected) => Refused(() => GroundingFile.Read(Write("b", lines)), expected);

    [Fact]
    public void A_missing_file_is_one_sentence() => Refused(() => GroundingFile.Read(_folder.File("none")), "'{none}' does not exist");

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        return _folder.File(name);
    }

    // "{x}" stands for the path of the file x.
    private void Refused(Action read, params string[] parts)
    {
        var message = Assert.Throws<DataException>(read).Message;
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.All(parts, part => Assert.Contains(Regex.Replace(part, "{([a-z]+)}", name => _folder.File(name.Groups[1].Value)), message));
    }
}
