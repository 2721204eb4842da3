using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Evaluation;

public class CaptionScoreTests
{
    private static readonly Scene Two = new(new Background(BackgroundKind.Plain, BackgroundColour.White),
    [
        new(ObjectShape.Star, ObjectColour.Red, ObjectSize.Big, ObjectFill.Striped, Place.Top, ObjectMark.Dot),
        new(ObjectShape.Circle, ObjectColour.Blue, ObjectSize.Small, ObjectFill.Plain, Place.Left),
    ]);

    [Theory]
    [InlineData("a big striped red star with a black dot at the top and a small plain blue circle on the left.", 12, 12)]
    [InlineData("a small plain blue circle on the left and a big striped red star with a black dot at the top.", 12, 12)]
    [InlineData("a big dotted red star with a black dot at the top and a small plain blue circle on the left.", 11, 12)] // the fill
    [InlineData("a small plain blue circle on the left.", 6, 6)]
    [InlineData("a star.", 1, 2)] // its shape, and a mark that it says is not there
    [InlineData("a circle.", 2, 2)]
    [InlineData("nothing that anyone can read", 0, 0)]
    [InlineData("", 0, 0)]
    public void Attributes_are_counted_for_the_best_pairing(string caption, int right, int said)
    {
        Assert.Equal(new CaptionScore(right, said, 12), CaptionScore.Of(caption, Two));
    }

    [Fact]
    public void F1_counts_what_is_said_and_what_is_there()
    {
        Assert.Equal(2.0 * 7 / (8 + 24), CaptionScore.F1([new(6, 6, 12), new(1, 2, 12)]), 12);
        Assert.Equal(0, CaptionScore.F1([]));
    }

    [Fact]
    public void A_caption_that_names_a_hundred_things_is_scored_too()
    {
        var score = CaptionScore.Of(string.Concat(Enumerable.Repeat("a big red star. ", 100)), Two);
        Assert.Equal(400, score.Said);
        Assert.InRange(score.Right, 3, 6);
    }
}
