using MmiGrains.Model.Generation;

namespace MmiGrains.Model.Tests.Generation;

public class ScoreRuleTests
{
    private static readonly TextOptions Plain = new() { RepetitionPenalty = 1, MinLength = 0 };

    [Fact]
    public void The_penalty_divides_positive_scores_and_multiplies_negative_ones_once_per_id()
    {
        float[] scores = [3, -3, 0, 4, -4];
        ScoreRules.Apply(scores, [0, 1, 1, 0, 2], Plain with { RepetitionPenalty = 1.5 }, []);
        Assert.Equal([2, -4.5f, 0, 4, -4], scores);
    }

    [Fact]
    public void A_penalty_below_one_makes_repetition_likelier()
    {
        float[] scores = [3, -3];
        ScoreRules.Apply(scores, [0, 1], Plain with { RepetitionPenalty = 0.5 }, []);
        Assert.Equal([6, -1.5f], scores);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void Endings_are_forbidden_below_the_minimum_length(int generated, bool forbidden)
    {
        float[] scores = [1, 2, 3];
        ScoreRules.Apply(scores, [.. Enumerable.Repeat(1L, generated)], Plain with { MinLength = 3 }, [0, 2]);
        Assert.Equal(forbidden ? [float.NegativeInfinity, 2, float.NegativeInfinity] : [1, 2, 3], scores);
    }

    [Fact]
    public void The_penalty_comes_first_so_that_a_forbidden_ending_stays_forbidden()
    {
        float[] scores = [-1, 2];
        ScoreRules.Apply(scores, [0], Plain with { MinLength = 5, RepetitionPenalty = 0.1 }, [0]);
        Assert.Equal([float.NegativeInfinity, 2], scores);
    }

    public static TheoryData<string, TextOptions> OutOfRange => new()
    {
        { "MaxNewTokens must be 1 to 1048576; it is 0.", new TextOptions { MaxNewTokens = 0 } },
        { "MinLength must be 0 to 1048576; it is -1.", new TextOptions { MinLength = -1 } },
        { "Beams must be 1 to 64; it is 0.", new TextOptions { Beams = 0 } },
        { "Beams must be 1 to 64; it is 65.", new TextOptions { Beams = 65, Sample = false } },
        { "Temperature must be 0.001 to 100; it is 0.", new TextOptions { Temperature = 0 } },
        { "Temperature must be 0.001 to 100; it is NaN.", new TextOptions { Temperature = double.NaN } },
        { "TopP must be 1E-06 to 1; it is 0.", new TextOptions { TopP = 0 } },
        { "TopP must be 1E-06 to 1; it is 1.1.", new TextOptions { TopP = 1.1 } },
        { "RepetitionPenalty must be 0.001 to 100; it is -1.", new TextOptions { RepetitionPenalty = -1 } },
        { "LengthPenalty must be -10 to 10; it is Infinity.", new TextOptions { LengthPenalty = double.PositiveInfinity } },
        { "Sampling goes with 1 beam; 3 were asked for.", new TextOptions { Beams = 3, Sample = true } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void An_option_out_of_its_range_is_named(string sentence, TextOptions options) =>
        Assert.Equal(sentence, Assert.Throws<ArgumentException>(options.Check).Message);

    [Fact]
    public void Defaults_and_limits_are_in_range()
    {
        new TextOptions().Check();
        new TextOptions { Beams = 64, Sample = false, MinLength = 0, MaxNewTokens = 1, LengthPenalty = -10 }.Check();
        new TextOptions { Temperature = 1e-3, TopP = 1e-6, RepetitionPenalty = 100 }.Check();
    }
}
