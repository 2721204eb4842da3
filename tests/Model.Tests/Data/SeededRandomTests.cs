using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Tests.Data;

/// <summary>The generator that orders data.</summary>
public sealed class SeededRandomTests
{
    [Fact]
    public void It_is_SplitMix64()
    {
        // The first outputs for state 0, as other implementations list them.
        var random = default(SeededRandom);
        Assert.Equal(0xE220A8397B1DCDAFul, random.NextBits());
        Assert.Equal(0x6E789E6AA1B965F4ul, random.NextBits());
        Assert.Equal(0x06C45D188009454Ful, random.NextBits());
    }

    [Fact]
    public void Numbers_are_spread_evenly()
    {
        var random = new SeededRandom(7);
        var counts = new int[6];
        var sum = 0.0;
        for (var i = 0; i < 60_000; i++)
        {
            counts[random.NextInt(6)]++;
            sum += random.NextDouble();
        }

        Assert.All(counts, count => Assert.InRange(count, 9600, 10_400)); // 10,000, standard deviation 91
        Assert.InRange(sum / 60_000, 0.495, 0.505);
    }

    [Fact]
    public void Every_order_of_three_is_as_likely()
    {
        var counts = Enumerable.Range(0, 6000).Select(seed => string.Concat(new SeededRandom(seed, 1).Permutation(3))).CountBy(order => order).ToList();

        Assert.Equal(6, counts.Count);
        Assert.All(counts, order => Assert.InRange(order.Value, 850, 1150)); // 1000, standard deviation 29
    }

    [Fact]
    public void Seeds_that_differ_anywhere_give_other_numbers()
    {
        long[][] seeds = [[], [0], [0, 0], [1], [0, 1], [1, 0], [1, 1], [-1], [2, 1], [1, 2]];

        Assert.Equal(seeds.Length, seeds.Select(seed => new SeededRandom(seed).NextBits()).Distinct().Count());
        Assert.Equal(new SeededRandom(1, 2).NextBits(), new SeededRandom(1, 2).NextBits());
    }
}
