using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Scenes;

public class SceneRandomTests
{
    [Fact]
    public void Without_a_key_it_is_SplitMix64_from_zero()
    {
        // The first outputs of the published generator for the state 0.
        var random = new SceneRandom();
        Assert.Equal(0xE220A8397B1DCDAFul, random.Next());
        Assert.Equal(0x6E789E6AA1B965F4ul, random.Next());
        Assert.Equal(0x06C45D188009454Ful, random.Next());
    }

    [Fact]
    public void Every_part_of_the_key_counts_and_so_does_its_order()
    {
        var keys = new long[][] { [], [0], [1], [0, 0], [0, 1], [1, 0], [0, 0, 1], [-1] };
        Assert.Equal(keys.Length, keys.Select(key => new SceneRandom(key).Next()).Distinct().Count());
    }

    [Fact]
    public void Numbers_are_spread_evenly_over_their_range()
    {
        var random = new SceneRandom(7);
        var counts = new int[6];
        for (var i = 0; i < 60_000; i++)
        {
            counts[random.Between(10, 15) - 10]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Weights_are_kept_and_nothing_that_weighs_zero_is_drawn()
    {
        var random = new SceneRandom(8);
        var counts = new int[4];
        for (var i = 0; i < 40_000; i++)
        {
            counts[random.Weighted(1, 0, 3, 0)]++;
        }

        Assert.Equal(0, counts[1] + counts[3]);
        Assert.InRange(counts[0], 9_600, 10_400);
    }

    [Fact]
    public void Shuffling_keeps_everything_and_reaches_every_order()
    {
        var random = new SceneRandom(9);
        var orders = Enumerable.Range(0, 600).Select(_ => string.Concat(random.Shuffled("abc"))).GroupBy(order => order).ToList();
        Assert.Equal(["abc", "acb", "bac", "bca", "cab", "cba"], orders.Select(order => order.Key).Order());
        Assert.All(orders, order => Assert.InRange(order.Count(), 60, 140));
    }
}
