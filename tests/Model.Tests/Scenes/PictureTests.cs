using MmiGrains.Model.Data;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class PictureTests
{
    [Theory]
    [InlineData(SceneTask.Picture, "tI")]
    [InlineData(SceneTask.Segment, "itI")]
    public void What_is_named_holds_for_the_picture_and_is_what_the_text_says(SceneTask task, string kinds)
    {
        foreach (var sample in Samples.Of(task, 2_000))
        {
            var truth = sample.Truth<PictureTruth>();
            var scene = truth.Scenes[^1];
            Assert.Equal(kinds, sample.Kinds());
            Assert.Equal(scene.Objects.Count, truth.Named.Count);
            Assert.All(truth.Named.Zip(scene.Objects), pair => Assert.True(pair.First.Matches(pair.Second)));
            Assert.True(truth.NamedBackground is null || truth.NamedBackground == scene.Background);

            var reading = CaptionParser.Parse(sample.Texts()[0]);
            Assert.Equal(truth.NamedBackground, reading.Background);
            if (task == SceneTask.Picture)
            {
                Assert.Equal(truth.Named, reading.Objects);
            }
        }
    }

    [Fact]
    public void Half_of_the_pictures_have_one_object_and_a_third_two()
    {
        var counts = Samples.Of(SceneTask.Picture, 4_000).CountBy(sample => sample.Truth.Scenes[0].Objects.Count).ToDictionary();
        Assert.InRange(counts[1], 1_880, 2_120);
        Assert.InRange(counts[2], 1_290, 1_510);
        Assert.Equal(4_000, counts[1] + counts[2] + counts[3]);
    }

    [Fact]
    public void Something_is_left_free_in_most_pictures_and_everything_is_named_at_times()
    {
        var named = Samples.Of(SceneTask.Picture, 2_000).SelectMany(sample => sample.Truth<PictureTruth>().Named).Select(one => one.Named).ToList();
        Assert.All(named, one => Assert.True(one.HasFlag(ObjectAttributes.Shape)));
        foreach (var attribute in new[] { ObjectAttributes.Colour, ObjectAttributes.Size, ObjectAttributes.Fill, ObjectAttributes.Place })
        {
            Assert.InRange((double)named.Count(one => one.HasFlag(attribute)) / named.Count, 0.55, 0.65);
        }
    }

    [Fact]
    public void A_class_map_and_its_picture_have_one_layout()
    {
        foreach (var sample in Samples.Of(SceneTask.Segment, 50))
        {
            var map = Assert.IsType<SceneImage>(Assert.IsType<ImagePiece>(sample.Data.Pieces[0]).Image);
            var picture = Assert.IsType<SceneImage>(Assert.IsType<ImagePiece>(sample.Data.Pieces[2]).Image);
            Assert.True(map.IsClassMap);
            Assert.False(picture.IsClassMap);
            Assert.Equal(map.Scene, picture.Scene);
        }
    }

    [Fact]
    public void A_segmentation_text_tells_each_object_apart_and_gives_its_colour_and_fill()
    {
        foreach (var sample in Samples.Of(SceneTask.Segment, 1_000))
        {
            // One clause an object: "the small star is red and striped with a black dot".
            var text = sample.Texts()[0];
            var scene = sample.Truth.Scenes[0];
            var clauses = text[(text.IndexOf(':') + 1)..].Trim().Split(", ");
            Assert.All(scene.Objects.Zip(clauses), pair =>
            {
                Assert.True(QuestionReader.Fits(pair.First, pair.Second), pair.Second);
                Assert.Single(scene.Objects, item => QuestionReader.Fits(item, pair.Second[..pair.Second.IndexOf(" is ", StringComparison.Ordinal)]));
                Assert.Contains(pair.First.Colour.ToString().ToLowerInvariant(), pair.Second);
                Assert.Contains(pair.First.Fill.ToString().ToLowerInvariant(), pair.Second);
            });
        }
    }
}
