using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Rows;
using MmiGrains.Model.Tests.Weights;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>In which order rows come, and that each comes once.</summary>
public sealed class OrderTests
{
    public static IEnumerable<TheoryDataRow<string, int>> Windows =>
        SingleNames.SelectMany(name => new[] { 2, 3, 1000 }.Select(window => new TheoryDataRow<string, int>(name.Data, window)));

    [Theory]
    [MemberData(nameof(Windows))]
    public void Shuffling_neither_loses_nor_doubles_a_row(string name, int window)
    {
        var keepAll = name.StartsWith("mmc4", StringComparison.Ordinal) ? ", \"keep_single_image\": 1" : "";
        var inOrder = FirstEpoch(name, $$"""{"shuffle_window": 1{{keepAll}}}""").Select(sample => sample.Origin).ToList();
        using var stream = (SampleStream)Open(name, $$"""{"shuffle_window": {{window}}{{keepAll}}}""");
        var next = default(DataSample);
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var samples = stream.TakeEpoch(out var after);
            Assert.Equal(samples.Count, samples.Select(sample => sample.Origin).Distinct().Count());
            var origins = samples.Select(sample => sample.Origin).Concat(next is null ? [] : [next.Origin]);
            Assert.Equal(inOrder.Order(), origins.Order());
            next = after;
        }
    }

    [Fact]
    public void Shuffled_rows_come_in_another_order_in_each_epoch_and_for_each_seed()
    {
        using var folder = new TemporaryFolder();
        using var first = Numbers(folder, 100, window: 30);
        using var second = Numbers(folder, 100, window: 30, seed: 2);
        var (a, b, c) = (Take(first, 100), Take(first, 100), Take(second, 100));

        Assert.Equal(Enumerable.Range(0, 100), a.Order());
        Assert.Equal(Enumerable.Range(0, 100), b.Order());
        Assert.NotEqual(a.Order(), a);
        Assert.NotEqual(a, b);
        Assert.NotEqual(a, c);

        // Blocks are of one file's 30 rows: each has its own rows, in no order.
        Assert.Equal(Enumerable.Range(0, 30), a[..30].Order());
        Assert.All(a.Chunk(30).Take(3), block => Assert.InRange(block.Zip(block.Skip(1)).Count(pair => pair.First < pair.Second), 5, 24));
    }

    [Fact]
    public void Every_place_of_a_block_is_as_likely_for_every_row()
    {
        using var folder = new TemporaryFolder();
        using var stream = Numbers(folder, 5, window: 5);
        var counts = new int[5, 5];
        for (var epoch = 0; epoch < 2000; epoch++)
        {
            var order = Take(stream, 5);
            for (var i = 0; i < 5; i++)
            {
                counts[i, order[i]]++;
            }
        }

        Assert.All(counts.Cast<int>(), count => Assert.InRange(count, 330, 470)); // 400, standard deviation 18
    }

    [Fact]
    public void The_order_of_files_changes_too_but_not_with_a_window_of_one()
    {
        using var folder = new TemporaryFolder();
        using var shuffled = Numbers(folder, 60, window: 2, fileCount: 6);
        using var plain = Numbers(folder, 60, window: 1, fileCount: 6);
        var (a, b) = (Files(Take(shuffled, 60)), Files(Take(shuffled, 60)));

        Assert.NotEqual([0, 1, 2, 3, 4, 5], a);
        Assert.NotEqual(a, b);
        Assert.Equal(6, a.Count);
        Assert.Equal(Enumerable.Range(0, 60).Concat(Enumerable.Range(0, 60)), Take(plain, 120));

        static List<int> Files(List<int> rows) => [.. rows.Select(row => row / 10).Distinct()];
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(7, 3)]
    [InlineData(3, 3)]
    [InlineData(2, 5)]
    public void Ranks_share_the_rows(int fileCount, int world)
    {
        using var folder = new TemporaryFolder();
        var seen = new List<int>();
        for (var rank = 0; rank < world; rank++)
        {
            using var stream = (SampleStream)Numbers(folder, 70, window: 8, fileCount: fileCount, rank: rank, world: world);
            var mine = stream.TakeEpoch(out _).Select(Number).ToList();
            Assert.InRange(mine.Count, 1, 40);
            seen.AddRange(mine);
        }

        Assert.Equal(Enumerable.Range(0, 70), seen.Order());
    }

    [Fact]
    public void A_rank_that_gets_no_row_says_so()
    {
        using var folder = new TemporaryFolder();
        using var stream = Numbers(folder, 2, window: 4, rank: 2, world: 3);

        Assert.Contains("none of them for rank 2 of 3", Assert.Throws<DataException>(stream.Next).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_stream_holds_one_block_in_memory()
    {
        using var folder = new TemporaryFolder();
        var caption = new string('x', 1 << 18);
        folder.Write("a.png", []);
        File.WriteAllLines(folder.File("big.jsonl"), Enumerable.Range(0, 80).Select(i => $$"""{"image": "a.png", "caption": "{{caption}}{{i}}"}"""));
        using var stream = DatasetCatalog.Open(DatasetConfig.Parse("""{"kind": "pairs", "files": "big.jsonl", "shuffle_window": 4}""", folder.Path, "test"), 1, new RowProblems());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        stream.Take(62);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 4L << 20); // four rows of 256 kilobytes, and a buffer; all of them are 20 MiB
    }

    private static ISampleStream Numbers(TemporaryFolder folder, int count, int window, long seed = 1, int fileCount = 1, int rank = 0, int world = 1)
    {
        folder.Write("a.png", []);
        foreach (var file in Enumerable.Range(0, count).Chunk((count + fileCount - 1) / fileCount).Index())
        {
            File.WriteAllLines(folder.File($"{count}-{fileCount}-{file.Index}.jsonl"), file.Item.Select(i => $$"""{"image": "a.png", "caption": "{{i}}"}"""));
        }

        var json = new JsonObject { ["kind"] = "pairs", ["files"] = $"{count}-{fileCount}-*.jsonl", ["shuffle_window"] = window };
        return DatasetCatalog.Open(DatasetConfig.Parse(json, folder.Path, "test"), new DatasetContext(seed, new RowProblems()) { Rank = rank, World = world });
    }

    private static List<int> Take(ISampleStream stream, int count) => [.. stream.Take(count).Select(Number)];

    private static int Number(DataSample sample) => int.Parse(sample.Pieces.OfType<TextPiece>().Single().Text, null);
}
