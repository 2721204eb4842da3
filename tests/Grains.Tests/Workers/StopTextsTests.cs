using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Tests.Workers;

public sealed class StopTextsTests
{
    [Theory]
    [InlineData("one two three", "two", "one ")]
    [InlineData("one two three", "four", "one two three")]
    [InlineData("aaab", "aab", "a")]
    [InlineData("ends with a beginn", "beginning", "ends with a beginn")]
    [InlineData("stop", "stop", "")]
    public void Whatever_the_pieces_the_text_ends_before_the_stop(string text, string stop, string expected)
    {
        for (var size = 1; size <= text.Length; size++)
        {
            var stops = new StopTexts([stop, "never"]);
            var through = string.Concat(text.Chunk(size).Select(piece => stops.Append(new string(piece)))) + stops.Flush();
            Assert.Equal(expected, through);
            Assert.Equal(text.Contains(stop, StringComparison.Ordinal), stops.IsStopped);
        }
    }

    [Fact]
    public void Nothing_that_may_be_a_beginning_is_let_through_before_it_is_certain()
    {
        var stops = new StopTexts(["END"]);
        Assert.Equal("a", stops.Append("aE"));
        Assert.Equal("", stops.Append("N"));
        Assert.Equal("ENx", stops.Append("x"));
        Assert.Equal("", stops.Append("END"));
        Assert.Equal("", stops.Append("more"));
    }
}
