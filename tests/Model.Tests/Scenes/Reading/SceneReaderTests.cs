using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Scenes.Truths;

namespace MmiGrains.Model.Tests.Scenes.Reading;

public class SceneReaderTests
{
    private const int Side = 64;

    [Fact]
    public void Clean_pictures_are_read_right()
    {
        var score = ReaderError.Measure(400, Side, cancellationToken: TestContext.Current.CancellationToken).Score;
        AssertShare(0.995, score);
        Assert.Equal(400, score.BackgroundsRight);
        Assert.Equal((0, 0), (score.Invented, score.Unreadable));
    }

    [Fact]
    public void Larger_pictures_are_read_right()
    {
        AssertShare(0.995, Score(70, 128, (picture, _) => picture));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void Noise_is_forgiven(double deviation)
    {
        AssertShare(0.98, Score(70, Side, (picture, index) => Spoiling.Noisy(picture, deviation, index)));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void Blur_is_forgiven(double deviation)
    {
        AssertShare(0.98, Score(70, Side, (picture, _) => Spoiling.Blurred(picture, deviation)));
    }

    [Fact]
    public void A_pixel_aside_is_forgiven()
    {
        AssertShare(0.98, Score(70, Side, (picture, index) => Spoiling.Shifted(picture, (index % 3) - 1, (index / 3 % 3) - 1)));
    }

    [Fact]
    public void Colours_a_little_off_are_forgiven()
    {
        AssertShare(0.98, Score(70, Side, (picture, index) => Spoiling.Tinted(picture, (index % 3 * 9) - 9, (index / 3 % 3 * 9) - 9, (index / 9 % 3 * 9) - 9)));
    }

    [Fact]
    public void Stray_pixels_are_forgiven()
    {
        AssertShare(0.98, Score(70, Side, (picture, index) => Spoiling.Specked(picture, 12, index)));
    }

    [Fact]
    public void Softness_noise_and_a_shift_together_are_forgiven()
    {
        AssertShare(0.98, Score(70, Side, (picture, index) => Spoiling.Noisy(Spoiling.Blurred(Spoiling.Shifted(picture, 1, -1), 0.6), 6, index)));
    }

    [Fact]
    public void Boxes_and_places_are_where_objects_lie()
    {
        for (var i = 0; i < 40; i++)
        {
            var scene = ReaderError.Scene(i);
            foreach (var match in SceneMatch.Of(scene, SceneReader.Read(SceneRenderer.Render(scene, Side))).Objects)
            {
                var item = scene.At(match.Wanted.Place!.Value)!;
                var expected = Fractions(ObjectBounds.Of(item));
                Assert.InRange(match.Read!.Box.IntersectionOverUnion(expected), 0.92, 1);
                Assert.InRange(match.Read.Item.ShiftX - item.ShiftX, -2, 2);
                Assert.InRange(match.Read.Item.ShiftY - item.ShiftY, -2, 2);
                Assert.InRange(match.Read.Confidence, 0.95, 1);
            }
        }
    }

    [Fact]
    public void Big_crosses_that_nearly_touch_are_two()
    {
        SceneObject[] items = [.. new[] { Place.Left, Place.Centre, Place.Right }.Select(place => new SceneObject(
            ObjectShape.Cross, ObjectColour.Blue, ObjectSize.Big, ObjectFill.Plain, place)
        {
            ShiftX = place == Place.Left ? 2 : -2,
        })];
        var scene = new Scene(new Background(BackgroundKind.Plain, BackgroundColour.White), items);
        var picture = Spoiling.Blurred(SceneRenderer.Render(scene, Side), 0.8);
        Assert.True(SceneMatch.Of(scene, SceneReader.Read(picture)).IsRight);
    }

    [Theory]
    [InlineData(BackgroundKind.Plain, BackgroundColour.Rose, null)]
    [InlineData(BackgroundKind.Gradient, BackgroundColour.Sky, BackgroundColour.Mint)]
    [InlineData(BackgroundKind.Checks, BackgroundColour.Lilac, BackgroundColour.Cream)]
    public void An_empty_scene_has_a_background_and_no_objects(BackgroundKind kind, BackgroundColour first, BackgroundColour? second)
    {
        var background = new Background(kind, first, second);
        var reading = SceneReader.Read(Spoiling.Noisy(SceneRenderer.Render(new Scene(background, []), Side), 4, 1));
        Assert.Equal(background, reading.Background);
        Assert.Empty(reading.Objects);
        Assert.True(reading.IsWhole);
    }

    [Fact]
    public void Pictures_of_nothing_in_this_world_are_unreadable()
    {
        var random = new SceneRandom(7);
        RgbImage[] pictures =
        [
            .. Enumerable.Range(0, 10).Select(_ => Spoiling.Picture(Side, (_, _) => new Rgb(Any(), Any(), Any()))),
            Spoiling.Picture(Side, (_, _) => new Rgb(0, 0, 0)),
            Spoiling.Picture(Side, (_, _) => new Rgb(128, 128, 128)),
            Spoiling.Picture(Side, (x, y) => new Rgb((byte)(4 * x), (byte)(4 * y), (byte)(2 * (x + y)))),
        ];
        Assert.All(pictures, picture => Assert.Equal(SceneReading.Unreadable, SceneReader.Read(picture)));

        byte Any() => (byte)random.Next(256);
    }

    [Fact]
    public void Things_that_are_no_objects_are_counted_and_not_invented()
    {
        var white = Palette.Of(BackgroundColour.White);
        var red = Palette.Main(ObjectColour.Red);
        AssertUnreadable((x, y) => Distance(x, y) < 14 ? red : white); // too large
        AssertUnreadable((x, y) => Distance(x, y) < 3 ? red : white); // too small
        AssertUnreadable((x, y) => Distance(x, y) < 8 ? new Rgb(110, 110, 110) : white); // no colour
        AssertUnreadable((x, y) => Distance(x, y) < 8 ? (x < 32 ? red : Palette.Main(ObjectColour.Blue)) : white); // two colours
        AssertUnreadable((x, y) => Distance(x, y) < 8 ? new Rgb((byte)(x * 57), (byte)(y * 91), (byte)(x * y * 31)) : white); // noise
        AssertUnreadable((x, y) => Math.Abs(x - 32) < 10 && Math.Abs(y - 32) < 2 ? red : white); // a stroke

        static double Distance(int x, int y) => Math.Sqrt(((x - 32) * (x - 32)) + ((y - 32) * (y - 32)));
    }

    [Fact]
    public void A_picture_that_is_not_square_is_refused()
    {
        var problem = Assert.Throws<ArgumentException>(() => SceneReader.Read(new RgbImage(64, 32, new byte[3 * 64 * 32])));
        Assert.Contains("64 x 32", problem.Message);
    }

    private static void AssertUnreadable(Func<int, int, Rgb> colour)
    {
        var reading = SceneReader.Read(Spoiling.Picture(Side, colour));
        Assert.Equal(new Background(BackgroundKind.Plain, BackgroundColour.White), reading.Background);
        Assert.Empty(reading.Objects);
        Assert.Equal(1, reading.UnreadableCount);
        Assert.False(reading.IsWhole);
    }

    private static ReadingScore Score(int count, int side, Func<RgbImage, int, RgbImage> spoil)
    {
        var score = new ReadingScore();
        for (var i = 0; i < count; i++)
        {
            var scene = ReaderError.Scene(i);
            score.Add(SceneMatch.Of(scene, SceneReader.Read(spoil(SceneRenderer.Render(scene, side), i))));
        }

        return score;
    }

    private static void AssertShare(double least, ReadingScore score) => Assert.True(
        score.ObjectsRight >= least * score.Objects && score.Objects > score.Pictures,
        $"{score.ObjectsRight} of {score.Objects} objects are right, {score.Missed} missed.");

    private static ObjectBox Fractions(Box box) =>
        new((double)box.Left / Box.Most, (double)box.Top / Box.Most, (double)box.Right / Box.Most, (double)box.Bottom / Box.Most);
}
