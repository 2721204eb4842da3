using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>A saved position is where a stream goes on.</summary>
public sealed class ResumeTests
{
    private const int Length = 70;

    public static IEnumerable<TheoryDataRow<string, int>> Cases =>
        Names.SelectMany(name => new[] { 1, 2, 4, 1000 }.Select(window => new TheoryDataRow<string, int>(name.Data, window)));

    [Theory]
    [MemberData(nameof(Cases))]
    public void From_anywhere_come_the_samples_of_the_uninterrupted_stream(string name, int window)
    {
        var options = name == "mixture" ? "{}" : $$"""{"shuffle_window": {{window}}}""";
        var (expected, positions) = (new List<string>(), new List<string>());
        using (var whole = Open(name, options, seed: window))
        {
            for (var i = 0; i < Length; i++)
            {
                positions.Add(whole.SavePosition().ToJsonString());
                expected.Add(Write(whole.Next()));
            }
        }

        var random = new Random(window);
        using var jumping = Open(name, options, seed: window);
        foreach (var at in Enumerable.Range(0, 8).Select(_ => random.Next(Length)).Append(0).Append(Length - 1))
        {
            using var fresh = Open(name, options, seed: window);
            foreach (var stream in new[] { fresh, jumping })
            {
                stream.Restore(JsonNode.Parse(positions[at])!);
                Assert.Equal(positions[at], stream.SavePosition().ToJsonString());
                Assert.Equal(expected[at..Math.Min(at + 15, Length)], stream.Take(Math.Min(15, Length - at)).Select(Write));
            }
        }
    }

    [Theory]
    [InlineData("pairs lines", """{"shuffle_window": 4}""", 1, """{"shuffle_window": 5}""", 1)]
    [InlineData("pairs lines", """{"shuffle_window": 4}""", 1, """{"shuffle_window": 4}""", 2)]
    [InlineData("pairs lines", """{"shuffle_window": 4}""", 1, """{"files": "pairs/*.jsonl", "images": "images", "shuffle_window": 4, "path": null}""", 1)]
    [InlineData("pairs lines", "{}", 1, """{"files": "pairs/0000001.txt"}""", 1)]
    public void A_position_is_good_for_the_same_files_and_order_alone(string name, string options, long seed, string others, long otherSeed)
    {
        using var stream = Open(name, options, seed);
        stream.Take(5);
        var position = stream.SavePosition();
        others = others.Replace(", \"path\": null", "", StringComparison.Ordinal);
        using var other = Open(name, others, otherSeed);
        if (others.Contains("*.jsonl", StringComparison.Ordinal))
        {
            other.Restore(position); // the same file by another pattern
            Assert.Equal(Write(stream.Next()), Write(other.Next()));
            return;
        }

        var before = Write(Open(name, others, otherSeed).Next());
        Assert.Contains("another seed", Assert.Throws<DataException>(() => other.Restore(position)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Write(other.Next()));
    }

    [Theory]
    [InlineData("""{"epoch": 1}""")]
    [InlineData("3")]
    [InlineData("[]")]
    [InlineData("""{"source": "0", "epoch": -1, "block": 0, "file_in_order": 0, "entry": 0, "offset": 0, "line": 0, "row_count": 0, "index": 0}""")]
    [InlineData("""{"source": "0", "epoch": 0, "block": 0, "file_in_order": 0, "entry": 0, "offset": 0, "line": 0, "row_count": 0, "index": 0}""")]
    [InlineData("""{"counts": [1, 1], "streams": []}""")]
    public void What_is_no_position_is_refused(string position)
    {
        using var single = Open("pairs lines");
        using var mixed = Open("mixture");

        Assert.Throws<DataException>(() => single.Restore(JsonNode.Parse(position)!));
        Assert.Throws<DataException>(() => mixed.Restore(JsonNode.Parse(position)!));
    }

    [Fact]
    public void A_block_index_beyond_the_block_is_refused()
    {
        using var stream = Open("pairs lines", """{"shuffle_window": 4}""");
        stream.Take(2);
        var position = stream.SavePosition().AsObject();
        position["index"] = 5;

        Assert.Contains("row 5 of a block that has 4", Assert.Throws<DataException>(() => stream.Restore(position)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_resume_too()
    {
        for (var rank = 0; rank < 3; rank++)
        {
            using var stream = Rank(rank);
            stream.Take(7);
            var position = stream.SavePosition();
            var expected = stream.Take(10).Select(Write).ToList();
            using var other = Rank(rank);
            other.Restore(position);
            Assert.Equal(expected, other.Take(10).Select(Write));
        }

        static ISampleStream Rank(int rank) =>
            DatasetCatalog.Open(Config("pairs lines", """{"shuffle_window": 3}"""), new DatasetContext(5, new RowProblems()) { Rank = rank, World = 3 });
    }

    private static string Write(DataSample sample) =>
        $"{sample.Origin} {sample.Describe()} {(sample.Pieces.OfType<ImagePiece>().FirstOrDefault() is { } first ? Convert.ToHexString(first.Image.Load(2).Pixels) : "")}";
}
