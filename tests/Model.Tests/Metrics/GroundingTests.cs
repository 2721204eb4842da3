using MmiGrains.Model.Metrics.Grounding;

namespace MmiGrains.Model.Tests.Metrics;

public sealed class GroundingTests
{
    [Theory]
    [InlineData("<box>(10,20)(300,400)</box>")]
    [InlineData("The dog is at <box> ( 10 , 20 ) , ( 300 , 400 ) </box>.")]
    [InlineData("(10.0,20)(300,400.00) or (1,2)(3,4)")]
    [InlineData("a dog (the big one) at (10,20)(300,400)")]
    public void A_box_is_found_in_a_text(string text)
    {
        Assert.True(BoxText.TryParse(text, out var box));
        Assert.Equal(new Box(10, 20, 300, 400), box);
    }

    [Theory]
    [InlineData("")]
    [InlineData("in the middle")]
    [InlineData("<box>(10,20)(300)</box>")]
    [InlineData("<box>(10,20,300,400)</box>")]
    [InlineData("(1,2(3,4)")]
    [InlineData("(1,2)(3,99999999999999999999)")]
    public void A_text_without_a_box_is_none(string text) => Assert.False(BoxText.TryParse(text, out _));

    // 10 x 10 and 10 x 10, 5 apart in x: 50 / 150.
    [Fact]
    public void Overlap_is_shared_area_over_covered_area()
    {
        var box = new Box(0, 0, 10, 10);
        Assert.Equal(1.0 / 3, box.IntersectionOverUnion(new Box(5, 0, 15, 10)), 1e-12);
        Assert.Equal(0.25, box.IntersectionOverUnion(new Box(0, 0, 5, 5)), 1e-12);
        Assert.Equal(1, box.IntersectionOverUnion(box));
        Assert.Equal(0, box.IntersectionOverUnion(new Box(10, 0, 20, 10)));
        Assert.Equal(0, box.IntersectionOverUnion(new Box(10, 10, 0, 0)));
        Assert.Equal(0, new Box(3, 3, 3, 3).IntersectionOverUnion(new Box(3, 3, 3, 3)));
    }

    // Half of the box is exactly 0.5 and counts; a third, an unreadable and a reversed one do not.
    [Fact]
    public void Half_an_overlap_is_enough()
    {
        var box = new Box(0, 0, 100, 100);
        var measures = GroundingEvaluation.Run(
        [
            new(box, "(0,0)(100,50)"), new(box, "(50,0)(150,100)"), new(box, "nowhere"), new(box, "(100,100)(0,0)"),
        ]);
        Assert.Equal(["accuracy at IoU 0.5", "mean IoU", "readable"], measures.Select(measure => measure.Name));
        Assert.Equal(0.25, measures[0].Value);
        Assert.Equal((0.5 + (1.0 / 3)) / 4, measures[1].Value, 1e-12);
        Assert.Equal(0.75, measures[2].Value);
    }
}
