using System.Text.Json.Nodes;
using MmiGrains.Model.Data;
using MmiGrains.Model.Data.Configuration;
using MmiGrains.Model.Data.Mixing;
using static MmiGrains.Model.Tests.Data.SampleCorpora;

namespace MmiGrains.Model.Tests.Data;

/// <summary>Several data sets as one.</summary>
public sealed class MixtureTests
{
    [Fact]
    public void Samples_are_drawn_by_weights()
    {
        var order = Draw([3, 1, 4], 4000, isFixed: false);

        Assert.InRange(order.Count(part => part == 0), 1400, 1600); // 1500, standard deviation 31
        Assert.InRange(order.Count(part => part == 1), 420, 580); // 500, 21
        Assert.InRange(order.Count(part => part == 2), 1890, 2110); // 2000, 32
        Assert.NotEqual(order[..200], Draw([3, 1, 4], 200, isFixed: false, seed: 2));

        // Draws do not depend on each other: after stream 0 the shares are the same.
        var after = order.Zip(order.Skip(1)).Where(pair => pair.First == 0).Select(pair => pair.Second).ToList();
        Assert.InRange(after.Count(part => part == 2) / (double)after.Count, 0.45, 0.55);
    }

    [Fact]
    public void A_fixed_ratio_holds_at_every_moment()
    {
        var order = Draw([3, 1, 4], 800, isFixed: true);
        var counts = new int[3];
        for (var i = 0; i < order.Count; i++)
        {
            counts[order[i]]++;
            Assert.InRange(counts[0] - (3 / 8.0 * (i + 1)), -1, 1);
            Assert.InRange(counts[1] - (1 / 8.0 * (i + 1)), -1, 1);
            Assert.InRange(counts[2] - (4 / 8.0 * (i + 1)), -1, 1);
        }

        Assert.Equal([300, 100, 400], counts);
    }

    [Fact]
    public void A_part_that_is_through_begins_anew()
    {
        using var stream = Open("mixture");
        var samples = stream.Take(300);

        Assert.Equal(["mmc4", "pairs", "stories"], samples.Select(sample => sample.Dataset).Distinct().Order());
        Assert.All(samples.Where(sample => sample.Dataset == "stories").CountBy(sample => sample.Origin), story => Assert.InRange(story.Value, 3, 11));
        Assert.Equal(11, samples.Where(sample => sample.Dataset == "pairs").Select(sample => sample.Origin).Distinct().Count());
    }

    [Theory]
    [InlineData("given", "", 0.5)]
    [InlineData("size", "", 13 / 27.0)]
    [InlineData("sqrt_size", """, "size": 1600""", 40 / (40 + 3.7417))]
    [InlineData("size", """, "size": 126""", 0.9)]
    public void Weights_may_follow_sizes(string weights, string size, double share)
    {
        // 13 pairs, unless the size says otherwise, and 14 captions.
        var json = $$"""
            {"weights": "{{weights}}", "ratio": "fixed", "datasets": [
              {"kind": "pairs", "files": "pairs/pairs.jsonl", "images": "images"{{size}}},
              {"kind": "coco", "files": "coco/captions_tiny.json", "images": "images"}]}
            """;
        using var stream = DatasetCatalog.Open(
            DatasetConfig.Parse(json, Folder, "test"), 1, new());

        Assert.Equal(share, stream.Take(1000).Count(sample => sample.Dataset == "pairs") / 1000.0, tolerance: 0.002);
    }

    [Fact]
    public void Equal_parts_of_a_mixture_have_orders_of_their_own()
    {
        const string json = """
            {"ratio": "fixed", "datasets": [
              {"name": "a", "kind": "pairs", "files": "pairs/pairs.jsonl", "images": "images"},
              {"name": "b", "kind": "pairs", "files": "pairs/pairs.jsonl", "images": "images"}]}
            """;
        using var stream = DatasetCatalog.Open(
            DatasetConfig.Parse(json, Folder, "test"), 1, new());
        var samples = stream.Take(26).ToLookup(sample => sample.Dataset, sample => sample.Origin);

        Assert.Equal(samples["a"].Order(), samples["b"].Order());
        Assert.NotEqual(samples["a"], samples["b"]);
    }

    private static List<int> Draw(double[] weights, int count, bool isFixed, long seed = 1)
    {
        using var stream = new MixedStream([.. weights.Select((weight, i) => ((ISampleStream)new Constant($"{i}"), weight))], seed, isFixed);
        return [.. stream.Take(count).Select(sample => int.Parse(sample.Dataset, null))];
    }

    private sealed class Constant(string name) : ISampleStream
    {
        public DataSample Next() => new([new TextPiece(name)]) { Dataset = name };

        public JsonNode SavePosition() => new JsonObject();

        public void Restore(JsonNode position)
        {
        }

        public void Dispose()
        {
        }
    }
}
