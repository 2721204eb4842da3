using MmiGrains.Model.Data;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Scenes;

namespace MmiGrains.Model.Tests.Scenes;

/// <summary>What the cells of a scene are said to hold.</summary>
public sealed class SceneLabelTests
{
    private static readonly Scene Scene = new(
        new Background(BackgroundKind.Checks, BackgroundColour.Mint, BackgroundColour.Rose),
        [new SceneObject(ObjectShape.Star, ObjectColour.Blue, ObjectSize.Big, ObjectFill.Dotted, Place.BottomRight, ObjectMark.Bar)]);

    [Theory]
    [InlineData("shape", 1 + (int)ObjectShape.Star, 0)]
    [InlineData("colour", (int)ObjectColour.Blue, LabelField.Unknown)]
    [InlineData("size", (int)ObjectSize.Big, LabelField.Unknown)]
    [InlineData("fill", (int)ObjectFill.Dotted, LabelField.Unknown)]
    [InlineData("mark", (int)ObjectMark.Bar, LabelField.Unknown)]
    [InlineData("background", LabelField.Unknown, (int)BackgroundColour.Mint)]
    [InlineData("background_kind", LabelField.Unknown, (int)BackgroundKind.Checks)]
    [InlineData("second_background", LabelField.Unknown, (int)BackgroundColour.Rose)]
    public void A_cell_says_what_covers_its_middle(string name, int where, int elsewhere)
    {
        foreach (var side in new[] { 8, 16, 64 })
        {
            var field = new SceneImage(Scene).Labels(TokenGrid.Square(side)).Single(field => field.Name == name);
            Assert.Equal(side * side, field.Values.Count);
            Assert.Equal(where, field.Values[((side * 5 / 6) * side) + (side * 5 / 6)]);
            Assert.Equal(elsewhere, field.Values[0]);
            Assert.All(field.Values, value => Assert.True(value == LabelField.Unknown || (value >= 0 && value < field.Classes)));
            var share = field.Values.Count(value => value == where) / (double)field.Values.Count;
            Assert.InRange(share, 0.04, 0.1); // a circle of radius 9.25 in a square of 64: 0.066
        }
    }

    [Fact]
    public void A_plain_background_has_no_second_colour()
    {
        var plain = Scene with { Background = new Background(BackgroundKind.Plain, BackgroundColour.Mint) };
        var field = new SceneImage(plain).Labels(TokenGrid.Square(4)).Single(field => field.Name == "second_background");
        Assert.All(field.Values, value => Assert.Equal(LabelField.Unknown, value));
    }

    [Fact]
    public void Every_cell_says_how_many_objects_there_are()
    {
        var pair = Scene with { Objects = [.. Scene.Objects, Scene.Objects[0] with { Place = Place.Top }] };
        var field = new SceneImage(pair).Labels(TokenGrid.Square(3)).Single(field => field.Name == "objects");
        Assert.Equal((10, 9), (field.Classes, field.Values.Count));
        Assert.All(field.Values, value => Assert.Equal(2, value));
    }

    [Theory]
    [InlineData(2, 2, 3)]
    [InlineData(2, 4, 7)]
    [InlineData(1, 1, 0)]
    public void Where_no_middle_is_covered_a_cell_says_what_lies_in_it(int rows, int columns, int where)
    {
        var field = new SceneImage(Scene).Labels(new TokenGrid(rows, columns)).Single(field => field.Name == "shape");
        Assert.Equal(Enumerable.Range(0, rows * columns).Select(cell => cell == where ? 1 + (int)ObjectShape.Star : 0), field.Values);
    }

    [Fact]
    public void A_class_map_has_no_labels() => Assert.Empty(new SceneImage(Scene, IsClassMap: true).Labels(TokenGrid.Square(8)));
}
