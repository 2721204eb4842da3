using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Metrics.Features;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Examples in prompts: drawn, or the nearest by features.</summary>
public sealed class FewShotTests
{
    [Fact]
    public void Drawn_examples_come_first_and_are_only_read()
    {
        var sample = FirstEpoch("vqa random shots")[1];
        var words = ((TextPiece)sample.Pieces[0]).Text.Split("Question: ", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, words.Length);
        Assert.All(words, example => Assert.Matches(@"^What colour is number \d+\? Short answer: \w+ ?$", example));
        Assert.Equal(3, words.Select(example => example.Split('?')[0]).Distinct().Count());
        Assert.Equal("([blue.png])(Question: What is this, 1? Short answer:) blue", string.Concat(sample.Describe().Split(')', 2)[1]));
        Assert.Equal([false, false, false, true], sample.Pieces.Select(piece => piece.IsTrained));
    }

    [Fact]
    public void Each_example_is_as_likely_as_any_other_and_none_stands_twice()
    {
        using var stream = Open("vqa random shots");
        var counts = new Dictionary<string, int>();
        foreach (var sample in stream.Take(800))
        {
            var numbers = sample.Describe().Split("is number ")[1..].Select(part => part.Split('?')[0]).ToArray();
            Assert.Equal(3, numbers.Distinct().Count());
            foreach (var number in numbers)
            {
                counts[number] = counts.GetValueOrDefault(number) + 1;
            }
        }

        Assert.Equal(12, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 140, 260)); // 200, standard deviation 12
    }

    // Row k of nocaps points to 36 k degrees, caption i of coco to 36 i + 10: nearest is row i mod 10, 10 degrees off, then row i + 1, 26 degrees off.
    [Theory]
    [InlineData(0, 2, "1 0")]
    [InlineData(3, 2, "4 3")]
    [InlineData(9, 2, "0 9")]
    [InlineData(12, 2, "3 2")]
    [InlineData(5, 1, "5")]
    [InlineData(5, 5, "3 7 4 6 5")] // 82, 62, 46, 26 and 10 degrees
    [InlineData(5, 10, "0 1 9 2 8 3 7 4 6 5")]
    public void The_nearest_examples_come_last(int query, int shots, string expected)
    {
        var sample = Similar($$"""{"shuffle_window": 1, "examples": {"kind": "nocaps", "files": "nocaps/nocaps_tiny.json", "images": "images", "choose": "similar", "shots": {{shots}}, "features": "nocaps/features.npy", "query_features": "coco/features.npy"} }""")[query];

        Assert.Equal(expected, string.Join(' ', sample.Describe().Split("thing ")[1..].Select(part => part.Split('.')[0])));
    }

    [Fact]
    public void Examples_may_have_images()
    {
        var sample = FirstEpoch("coco similar shots")[3];

        Assert.Equal("([white.png])(Caption: a picture of thing 4.)([cyan.png])(Caption: a picture of thing 3.)([blue.png])(a photo of) A blue square caption 3", sample.Describe());
        Assert.All(sample.Pieces.OfType<ImagePiece>(), piece => Assert.Equal(12, piece.Image.Load(12).Width));
    }

    [Fact]
    public void Neighbours_do_not_depend_on_the_order_that_rows_are_read_in()
    {
        var expected = FirstEpoch("coco similar shots").Select(sample => sample.Describe()).Order();

        Assert.Equal(expected, FirstEpoch("coco similar shots", """{"shuffle_window": 5}""").Select(sample => sample.Describe()).Order());
    }

    [Fact]
    public void A_row_is_never_its_own_example()
    {
        var samples = Similar("""{"shuffle_window": 1, "examples": {"files": "coco/captions_tiny.json", "images": "images", "choose": "similar", "shots": 1, "features": "coco/features.npy", "query_features": "coco/features.npy"}}""");

        // Captions 0 and 10 point the same way.
        Assert.StartsWith("(Caption: A green square caption 10)([red.png])", samples[0].Describe(), StringComparison.Ordinal);
        Assert.StartsWith("(Caption: A red square caption 0)([green.jpg])", samples[10].Describe(), StringComparison.Ordinal);
        using var drawn = Open("coco", """{"examples": {"files": "coco/captions_tiny.json", "images": "images", "shots": 13}}""");
        Assert.All(drawn.Take(40), sample => Assert.Equal(14, sample.Describe().Split("caption ")[1..].Select(part => part.Split(' ', ')')[0]).Distinct().Count()));
    }

    [Fact]
    public void A_row_that_cannot_be_used_is_no_example_and_too_few_are_one_sentence()
    {
        using var folder = new TemporaryFolder();
        var images = Path.GetFullPath(Path.Combine(Folder, "images"));
        File.WriteAllText(folder.File("pool.json"), """
            [{"image": "red.png", "question": "a?", "answers": [{"answer": "1"}]},
             {"image": "nowhere.png", "question": "b?", "answers": [{"answer": "2"}]}, {"image": "red.png"},
             {"image": "red.png", "question": "c?", "answers": [{"answer": "3"}]}]
            """);
        File.WriteAllText(folder.File("rows.json"), """[{"image": "red.png", "question": "d?", "answers": [{"answer": "4"}]}]""");
        var problems = new RowProblems();
        using var two = Open(2, problems);
        Assert.All(two.Take(20).Select(sample => sample.Describe()), text => Assert.Matches(@"^\(Question: (a\? Short answer: 1 Question: c\? Short answer: 3|c\? Short answer: 3 Question: a\? Short answer: 1) Based on", text));
        Assert.Equal(["a row cannot be an example"], problems.Ledgers[0].Notes.Keys);
        using var three = Open(3, problems);
        Assert.Equal("test, examples: 2 of 4 rows can be examples, and 3 are wanted.", Assert.Throws<DataException>(three.Next).Message);

        ISampleStream Open(int shots, RowProblems problems) => DatasetCatalog.Open(
            DatasetConfig.Parse($$"""{"kind": "vqa", "files": "rows.json", "images": "{{images}}", "examples": {"files": "pool.json", "images": "{{images}}", "shots": {{shots}} } }""", folder.Path, "test"), 1, problems);
    }

    [Theory]
    [InlineData("nocaps/features.npy", "nocaps/features.npy", "'query_features' has 10 rows, and the files it belongs to have 14.")]
    [InlineData("coco/features.npy", "coco/features.npy", "'features' has 14 rows, and the files it belongs to have 10.")]
    [InlineData("nocaps/nocaps_tiny.json", "coco/features.npy", "nocaps_tiny.json': ")]
    public void Features_that_do_not_fit_are_one_sentence(string features, string queries, string expected)
    {
        using var stream = Open(
            "coco", $$"""{"examples": {"kind": "nocaps", "files": "nocaps/nocaps_tiny.json", "images": "images", "choose": "similar", "features": "{{features}}", "query_features": "{{queries}}"} }""");
        var error = Assert.Throws<DataException>(stream.Next);

        Assert.StartsWith("test, examples: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Neighbours_are_those_of_the_greatest_cosine()
    {
        // Cosines with (1, 1): 0.707, 0.707, 1, -1, 0.990.
        var neighbours = new FeatureNeighbours(new FeatureMatrix(5, 2, [9, 0, 0, 0.5, 0.1, 0.1, -7, -7, 3, 4]));

        Assert.Equal([2, 4, 0, 1, 3], neighbours.Nearest([1, 1], 5));
        Assert.Equal([2, 4], neighbours.Nearest([300, 300], 2));
        Assert.Contains("Row 1 has only zeros", Assert.Throws<ArgumentException>(() => new FeatureNeighbours(new FeatureMatrix(2, 2, [1, 0, 0, 0]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => neighbours.Nearest([1], 1));
    }

    private static List<DataSample> Similar(string options) => FirstEpoch("coco", options);
}
