using MmiGrains.Model.Generation;

namespace MmiGrains.Model.Tests.Generation;

public class SamplerTests
{
    // Probabilities 0.4, 0.3, 0.15, 0.1, 0.05 in a shuffled order.
    private static readonly double[] Shares = [0.1, 0.4, 0.05, 0.3, 0.15];

    [Theory]
    [InlineData(0.1, "1")]
    [InlineData(0.39, "1")]
    [InlineData(0.41, "1 3")]
    [InlineData(0.69, "1 3")]
    [InlineData(0.71, "1 3 4")]
    [InlineData(0.84, "1 3 4")]
    [InlineData(0.86, "0 1 3 4")]
    [InlineData(1, "0 1 2 3 4")]
    public void Top_p_keeps_the_likeliest_tokens_up_to_the_one_that_reaches_it(double topP, string kept)
    {
        var found = Draw(new TextOptions { TopP = topP }, 2000).Distinct().Order();
        Assert.Equal(kept, string.Join(' ', found));
    }

    [Fact]
    public void Draws_follow_the_kept_probabilities()
    {
        const int Draws = 20000;
        var counts = Draw(new TextOptions { TopP = 0.9 }, Draws).CountBy(id => id).ToDictionary();
        var chiSquare = new[] { 0, 1, 3, 4 }.Sum(id =>
        {
            var expected = Draws * Shares[id] / 0.95;
            return Math.Pow(counts[id] - expected, 2) / expected;
        });
        Assert.True(chiSquare < 16.3, $"chi-square {chiSquare} with 3 degrees of freedom: above the 99.9th percentile");
    }

    [Fact]
    public void Temperature_is_a_power_of_the_probabilities()
    {
        const int Draws = 20000;
        var counts = Draw(new TextOptions { TopP = 1, Temperature = 2 }, Draws).CountBy(id => id).ToDictionary();
        var total = Shares.Sum(Math.Sqrt);
        var chiSquare = Enumerable.Range(0, 5).Sum(id =>
        {
            var expected = Draws * Math.Sqrt(Shares[id]) / total;
            return Math.Pow(counts[id] - expected, 2) / expected;
        });
        Assert.True(chiSquare < 18.5, $"chi-square {chiSquare} with 4 degrees of freedom: above the 99.9th percentile");
    }

    [Fact]
    public void Near_zero_temperature_is_greedy()
    {
        var random = new Random(3);
        for (var i = 0; i < 200; i++)
        {
            float[] logits = [.. Enumerable.Range(0, 50).Select(_ => (float)random.NextDouble() * 10)];
            var likeliest = new Sampler(new TextOptions { Sample = false }, 0).Choose(logits.ToArray());
            Assert.Equal(Array.IndexOf(logits, logits.Max()), likeliest);
            var gap = logits.Order().TakeLast(2).ToArray();
            if (gap[1] - gap[0] > 0.05)
            {
                Assert.Equal(likeliest, new Sampler(new TextOptions { Temperature = 1e-3, TopP = 1 }, i).Choose(logits.ToArray()));
            }
        }
    }

    [Fact]
    public void A_seed_repeats_and_another_does_not()
    {
        var options = new TextOptions { TopP = 1 };
        Assert.Equal(Draw(options, 100, seed: 5), Draw(options, 100, seed: 5));
        Assert.NotEqual(Draw(options, 100, seed: 5), Draw(options, 100, seed: 6));
        Assert.NotEqual(Draw(options, 100, seed: 5).Skip(1), Draw(options, 100, seed: 6).SkipLast(1));
    }

    [Fact]
    public void A_forbidden_token_is_never_drawn()
    {
        var sampler = new Sampler(new TextOptions { TopP = 1, Temperature = 100 }, 1);
        for (var i = 0; i < 5000; i++)
        {
            Assert.NotEqual(1, sampler.Choose([0.5f, float.NegativeInfinity, -0.5f]));
        }
    }

    private static int[] Draw(TextOptions options, int count, long seed = 42)
    {
        var sampler = new Sampler(options, seed);
        return [.. Enumerable.Range(0, count).Select(_ => sampler.Choose(Shares.Select(share => (float)Math.Log(share)).ToArray()))];
    }
}
