using MmiGrains.Model.Evaluation;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Rendering;

namespace MmiGrains.Model.Tests.Evaluation;

public class AttributeSharesTests
{
    private static readonly SceneObject Star = new(ObjectShape.Star, ObjectColour.Red, ObjectSize.Big, ObjectFill.Striped, Place.Top, ObjectMark.Dot);
    private static readonly Scene Only = new(new Background(BackgroundKind.Plain, BackgroundColour.White), [Star]);

    [Fact]
    public void What_is_right_counts_attribute_by_attribute()
    {
        var shares = Shares(Only, Only with { Objects = [Star with { Colour = ObjectColour.Blue, Mark = ObjectMark.None }] });
        Assert.Equal(("edit: attributes right", (1 + (5.0 / 7)) / 2, 1.0), (shares.All.Name, shares.All.Value.Value, shares.All.Reader));
        Assert.Equal(
            [("shapes", 1), ("colours", 0.5), ("sizes", 1), ("fills", 1), ("places", 1), ("marks", 0.5), ("backgrounds", 1), ("numbers", 1)],
            shares.ByKind.Select(measure => (measure.Name["edit: ".Length..^" right".Length], measure.Value.Value)));
    }

    [Fact]
    public void A_picture_without_the_object_is_right_in_its_background_alone()
    {
        var shares = Shares(Only with { Objects = [] });
        Assert.Equal(1.0 / 7, shares.All.Value.Value, 1e-9);
        Assert.Equal(0, shares.ByKind.Single(measure => measure.Name == "edit: numbers right").Value.Value);
    }

    [Fact]
    public void What_a_text_leaves_free_is_not_counted()
    {
        var wanted = new ObjectDescription { Shape = ObjectShape.Star };
        var (some, all) = (PictureJudge.Match(SceneRenderer.Render(Only, 64), Only, wanted), PictureJudge.Match(SceneRenderer.Render(Only, 64), Only));
        SceneMeasure[] kinds = [.. new AttributeShares("edit", [some, some, all], [some, some, all]).ByKind];
        Assert.Equal([3, 1, 3, 1, 2], new[] { "shapes", "colours", "numbers", "numbers, where places are said,", "numbers, where a place is open," }
            .Select(what => kinds.Single(measure => measure.Name == $"edit: {what} right").Count));
        Assert.Equal(["edit: shapes right", "edit: backgrounds right", "edit: numbers right", "edit: numbers, where a place is open, right"], new AttributeShares("edit", [some], [some]).ByKind.Select(measure => measure.Name));
    }

    private static AttributeShares Shares(params Scene[] painted)
    {
        var clean = PictureJudge.Match(SceneRenderer.Render(Only, 64), Only);
        return new("edit", [.. painted.Select(scene => PictureJudge.Match(SceneRenderer.Render(scene, 64), Only))], [clean]);
    }
}
