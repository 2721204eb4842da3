using MmiGrains.Model.Metrics.Captions;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class CaptionTokenizerTests
{
    [Theory]
    [InlineData("A man riding a wave.", "a man riding a wave")]
    [InlineData("  Red, white; and \"blue\": `flags' -- waving...  ", "red white and blue flags waving")]
    [InlineData("the dog's toy isn't here, they've left", "the dog 's toy is n't here they 've left")]
    [InlineData("The man ’s hat couldn’t’ve", "the man 's hat could n't 've")]
    [InlineData("the boys' room", "the boys room")]
    [InlineData("I cannot see, it's gonna rain", "i can not see it 's gon na rain")]
    [InlineData("a black-and-white photo/picture", "a black-and-white photo/picture")]
    [InlineData("at 10:30 he paid $1,000.50 for 50% of it", "at 10:30 he paid $ 1,000.50 for 50 % of it")]
    [InlineData("Mr. Smith lives in the U.S.", "mr. smith lives in the u.s.")]
    [InlineData("a sign (stop) & a [bus]", "a sign -lrb- stop -rrb- & a -lsb- bus -rsb-")]
    [InlineData("Really?! Yes!", "really ?! yes")]
    [InlineData("a cat.a dog", "a cat a dog")]
    [InlineData("Ein Bär fährt", "ein bär fährt")]
    [InlineData(" . ! ", "")]
    public void Captions_fall_into_tokens(string caption, string tokens) => Assert.Equal(tokens, string.Join(' ', CaptionTokenizer.Tokenize(caption)));
}
