using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;

namespace MmiGrains.Model.Tests.Scenes.Reading;

public class SceneMatchTests
{
    private static readonly Background White = new(BackgroundKind.Plain, BackgroundColour.White);

    private static readonly SceneObject RedStar = new(ObjectShape.Star, ObjectColour.Red, ObjectSize.Big, ObjectFill.Plain, Place.Left);

    private static readonly SceneObject BlueRing = new(
        ObjectShape.Ring, ObjectColour.Blue, ObjectSize.Small, ObjectFill.Dotted, Place.Right, ObjectMark.Bar);

    [Fact]
    public void The_order_of_objects_means_nothing()
    {
        var match = SceneMatch.Of(new Scene(White, [RedStar, BlueRing]), Reading(BlueRing, RedStar));
        Assert.True(match.IsRight);
        Assert.Equal([RedStar, BlueRing], match.Objects.Select(item => item.Read!.Item));
        Assert.All(match.Objects, item => Assert.Equal(ObjectAttributes.All, item.Right));
    }

    [Fact]
    public void A_wrong_attribute_is_named()
    {
        var match = SceneMatch.Of(new Scene(White, [RedStar]), Reading(RedStar with { Mark = ObjectMark.Dot, Size = ObjectSize.Small }));
        Assert.False(match.IsRight);
        Assert.Equal(ObjectAttributes.All & ~ObjectAttributes.Mark & ~ObjectAttributes.Size, Assert.Single(match.Objects).Right);
    }

    [Fact]
    public void What_is_not_said_is_free()
    {
        var wanted = new ObjectDescription { Shape = ObjectShape.Star, Colour = ObjectColour.Red };
        var match = SceneMatch.Of([wanted], null, Reading(RedStar with { Mark = ObjectMark.Dot, Place = Place.Bottom }));
        Assert.True(match.IsRight);
        Assert.Equal(ObjectAttributes.Shape | ObjectAttributes.Colour, match.Objects[0].Right);
    }

    [Fact]
    public void The_best_match_of_all_is_taken_and_not_the_best_of_the_first()
    {
        // The star is the better partner of "something red" too, but then nothing would be left for the star.
        var star = ObjectDescription.Of(RedStar);
        var red = new ObjectDescription { Colour = ObjectColour.Red, Size = ObjectSize.Big };
        var ring = BlueRing with { Colour = ObjectColour.Red };
        var match = SceneMatch.Of([red, star], null, Reading(RedStar, ring));
        Assert.Equal([ring, RedStar], match.Objects.Select(item => item.Read!.Item));
        Assert.Equal([false, true], match.Objects.Select(item => item.IsRight));
    }

    [Fact]
    public void Assignment_equals_trying_every_order()
    {
        var random = new SceneRandom(3);
        for (var i = 0; i < 60; i++)
        {
            SceneObject[] wanted = [.. Enumerable.Range(0, 4).Select(_ => Any(random))];
            SceneObject[] read = [.. Enumerable.Range(0, 4).Select(_ => Any(random))];
            var match = SceneMatch.Of(new Scene(White, wanted), Reading(read));
            var best = Orders([0, 1, 2, 3]).Max(order => order.Select((from, to) => Same(wanted[to], read[from])).Sum());
            Assert.Equal(best, match.Objects.Select((item, index) => Same(wanted[index], item.Read!.Item)).Sum());
            Assert.Equal(4, match.Objects.Select(item => item.Read).Distinct(ReferenceEqualityComparer.Instance).Count());
        }
    }

    [Fact]
    public void Missing_and_additional_objects_are_told()
    {
        var missing = SceneMatch.Of(new Scene(White, [RedStar, BlueRing]), Reading(BlueRing));
        Assert.Null(missing.Objects[0].Read);
        Assert.Equal(ObjectAttributes.None, missing.Objects[0].Right);
        Assert.False(missing.IsRight);

        var additional = SceneMatch.Of(new Scene(White, [RedStar]), Reading(BlueRing, RedStar));
        Assert.Equal(BlueRing, Assert.Single(additional.Invented).Item);
        Assert.False(additional.IsRight);
    }

    [Fact]
    public void Backgrounds_and_unreadable_things_count()
    {
        var scene = new Scene(White, [RedStar]);
        var grey = Reading(RedStar) with { Background = new Background(BackgroundKind.Plain, BackgroundColour.Grey) };
        Assert.False(SceneMatch.Of(scene, grey).IsRight);
        Assert.True(SceneMatch.Of([ObjectDescription.Of(RedStar)], null, grey).IsRight);
        Assert.False(SceneMatch.Of(scene, Reading(RedStar) with { UnreadableCount = 1 }).IsRight);
        Assert.False(SceneMatch.Of([], null, SceneReading.Unreadable).IsRight);
    }

    [Fact]
    public void Too_many_wanted_objects_are_refused()
    {
        var problem = Assert.Throws<ArgumentException>(() => SceneMatch.Of([.. Enumerable.Repeat(new ObjectDescription(), 13)], null, Reading()));
        Assert.Contains("13 objects are wanted; at most 12", problem.Message);
    }

    [Fact]
    public void A_score_adds_up_what_was_taken_for_what()
    {
        var score = new ReadingScore();
        score.Add(SceneMatch.Of(new Scene(White, [RedStar, BlueRing]), Reading(RedStar, BlueRing with { Fill = ObjectFill.Striped })));
        score.Add(SceneMatch.Of(new Scene(White, [RedStar]), Reading()));
        score.Add(SceneMatch.Of(new Scene(White, []), Reading(BlueRing)));
        score.Add(SceneMatch.Of([new ObjectDescription { Shape = ObjectShape.Star }], null, Reading(RedStar)));
        Assert.Equal((4, 1, 4), (score.Pictures, score.PicturesRight, score.BackgroundsRight));
        Assert.Equal((4, 2, 1, 1), (score.Objects, score.ObjectsRight, score.Missed, score.Invented));

        var fills = score.Confusion[ObjectAttributes.Fill];
        Assert.Equal((3, 1), (fills.Total, fills.Right));
        Assert.Equal(1, fills[(int)ObjectFill.Dotted, (int)ObjectFill.Striped]);
        Assert.Equal(1, fills[(int)ObjectFill.Plain, fills.Nothing]);
        Assert.Equal(1, fills[fills.Nothing, (int)ObjectFill.Dotted]);
        Assert.Equal((4, 3), (score.Confusion[ObjectAttributes.Shape].Total, score.Confusion[ObjectAttributes.Shape].Right));
    }

    private static SceneReading Reading(params SceneObject[] items) =>
        new(White, [.. items.Select(item => new ReadObject(item, default, 1))], 0);

    private static SceneObject Any(SceneRandom random) => new(
        random.Pick(ObjectShape.Circle, ObjectShape.Star), random.Pick(ObjectColour.Red, ObjectColour.Blue), random.Any<ObjectSize>(),
        random.Any<ObjectFill>(), random.Pick(Place.Left, Place.Right), random.Any<ObjectMark>());

    private static int Same(SceneObject one, SceneObject other) =>
        (one.Shape == other.Shape ? 1 : 0) + (one.Colour == other.Colour ? 1 : 0) + (one.Size == other.Size ? 1 : 0)
        + (one.Fill == other.Fill ? 1 : 0) + (one.Place == other.Place ? 1 : 0) + (one.Mark == other.Mark ? 1 : 0);

    private static IEnumerable<int[]> Orders(int[] items) => items.Length == 0
        ? [[]]
        : items.SelectMany(first => Orders([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));
}
