using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Evaluation;

public class PictureJudgeTests
{
    private static readonly SceneObject Star = new(ObjectShape.Star, ObjectColour.Red, ObjectSize.Big, ObjectFill.Striped, Place.Top, ObjectMark.Dot);
    private static readonly Scene Only = new(new Background(BackgroundKind.Plain, BackgroundColour.White), [Star]);

    [Fact]
    public void A_picture_is_right_that_shows_what_is_named()
    {
        var named = new PictureTruth([Only], [new ObjectDescription { Shape = ObjectShape.Star, Fill = ObjectFill.Striped }], null);
        Assert.True(PictureJudge.ShowsWhatIsNamed(Draw(Star), named));
        Assert.True(PictureJudge.ShowsWhatIsNamed(Draw(Star with { Colour = ObjectColour.Blue, Place = Place.Left }), named));
        Assert.False(PictureJudge.ShowsWhatIsNamed(Draw(Star with { Fill = ObjectFill.Plain }), named));
        Assert.False(PictureJudge.ShowsWhatIsNamed(Draw(Star, Star with { Place = Place.Bottom }), named));
        Assert.False(PictureJudge.ShowsWhatIsNamed(Draw(Star), named with { NamedBackground = new Background(BackgroundKind.Plain, BackgroundColour.Mint) }));
    }

    [Fact]
    public void An_edit_is_right_that_changes_what_it_should_and_nothing_else()
    {
        Assert.True(PictureJudge.Shows(Draw(Star), Only));
        Assert.False(PictureJudge.Shows(Draw(Star with { Mark = ObjectMark.None }), Only));
        var added = new Scene(Only.Background, [Star, new(ObjectShape.Ring, ObjectColour.Blue, ObjectSize.Small, ObjectFill.Plain, Place.Bottom)]);
        var picture = Draw(Star, new(ObjectShape.Ring, ObjectColour.Pink, ObjectSize.Small, ObjectFill.Dotted, Place.BottomLeft));
        Assert.False(PictureJudge.Shows(picture, added));
        Assert.True(PictureJudge.Shows(picture, added, new ObjectDescription { Shape = ObjectShape.Ring }));
    }

    [Fact]
    public void Details_are_those_of_the_object_that_is_most_like_the_character()
    {
        var other = new SceneObject(ObjectShape.Circle, ObjectColour.Red, ObjectSize.Big, ObjectFill.Striped, Place.Left, ObjectMark.Dot);
        Assert.Equal(PictureJudge.Details, PictureJudge.KeptDetails(Draw(Star with { Place = Place.Bottom }, other), Star));
        Assert.Equal(ObjectAttributes.Colour | ObjectAttributes.Mark, PictureJudge.KeptDetails(Draw(Star with { Fill = ObjectFill.Plain }, other), Star));
        Assert.Equal(ObjectAttributes.None, PictureJudge.KeptDetails(Draw(other), Star));
    }

    private static RgbImage Draw(params SceneObject[] items) => SceneRenderer.Render(Only with { Objects = items }, 64);
}
