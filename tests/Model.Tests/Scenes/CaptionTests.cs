using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Texts;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes;

public class CaptionTests
{
    [Fact]
    public void What_a_caption_says_is_what_the_scene_is()
    {
        foreach (var sample in Samples.Of(SceneTask.Caption, 10_000))
        {
            Assert.Equal("iT", sample.Kinds());
            var scene = sample.Truth<CaptionTruth>().Scene;
            var reading = CaptionParser.Parse(sample.Texts()[0]);
            var expected = scene.Objects.Select(item => ObjectDescription.Of(item)).OrderBy(item => item.Place);
            var actual = reading.Objects.Select(item => item with { Mark = item.Mark ?? ObjectMark.None }).OrderBy(item => item.Place);
            Assert.Equal(expected, actual);
            Assert.Equal(scene.Background, reading.Background);
        }
    }

    [Fact]
    public void A_depiction_says_all_that_its_image_is()
    {
        foreach (var sample in Samples.Of(SceneTask.Depiction, 2_000))
        {
            Assert.Equal("tI", sample.Kinds());
            var truth = sample.Truth<PictureTruth>();
            var reading = CaptionParser.Parse(sample.Texts()[0]);
            Assert.Equal(truth.Named.OrderBy(item => item.Place), reading.Objects.OrderBy(item => item.Place));
            Assert.All(truth.Scenes[0].Objects.Zip(truth.Named), pair => Assert.True(pair.Second.Matches(pair.First)));
            Assert.Equal(truth.NamedBackground, reading.Background);
            Assert.True(truth.NamedBackground is null || truth.NamedBackground == truth.Scenes[0].Background);
        }
    }

    [Fact]
    public void Phrasings_are_many()
    {
        var frames = Samples.Of(SceneTask.Caption, 3_000).Select(sample => sample.Texts()[0]).Select(Frame).Distinct().Count();
        Assert.InRange(frames, 300, 3_000);

        static string Frame(string text) => string.Join(' ', text.Split(' ').Where(word => Words.Parse<ObjectColour>(word) is null
            && Words.Parse<ObjectShape>(word) is null && Words.Parse<BackgroundColour>(word.TrimEnd('.')) is null && Words.Parse<ObjectSize>(word) is null));
    }

    [Fact]
    public void Garbage_is_missing_and_the_rest_is_read()
    {
        Assert.Empty(CaptionParser.Parse("").Objects);
        Assert.Empty(CaptionParser.Parse(" ,.; a and an a the qwerty 123 \u00e9").Objects);
        Assert.Null(CaptionParser.Parse("red red , big").Background);

        var reading = CaptionParser.Parse("xx a big big red blob star with a with a bar a ring dotted !! lilac and checks");
        Assert.Equal(
            [
                new ObjectDescription { Shape = ObjectShape.Star, Colour = ObjectColour.Red, Size = ObjectSize.Big, Mark = ObjectMark.Bar },
                new ObjectDescription { Shape = ObjectShape.Ring, Fill = ObjectFill.Dotted },
            ],
            reading.Objects);
        Assert.Null(reading.Background);
    }

    [Fact]
    public void Of_two_values_for_one_attribute_the_first_counts()
    {
        var item = Assert.Single(CaptionParser.Parse("A red Star, blue, at the TOP left, on the right.").Objects);
        Assert.Equal(new ObjectDescription { Shape = ObjectShape.Star, Colour = ObjectColour.Red, Place = Place.TopLeft }, item);
    }
}
