using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Rendering;
using MmiGrains.Model.Tests.Imaging;

namespace MmiGrains.Model.Tests.Scenes;

public class RenderingTests
{
    private const int Side = 96;
    private const int Cell = Side / Places.PerSide;

    private static readonly Background White = new(BackgroundKind.Plain, BackgroundColour.White);

    /// <summary>Every shape in every size and turn, as far out of the middle of its cell as it may be.</summary>
    private static IEnumerable<SceneObject> Extremes() =>
        from shape in Enum.GetValues<ObjectShape>()
        from size in Enum.GetValues<ObjectSize>()
        from turn in ObjectLayout.Turns
        from corner in new[] { (-1, -1), (1, 1) }
        let shift = ObjectLayout.MaxShift(size)
        select new SceneObject(shape, ObjectColour.Blue, size, ObjectFill.Plain, Place.Centre)
        {
            Turn = turn,
            ShiftX = corner.Item1 * shift,
            ShiftY = corner.Item2 * shift,
        };

    [Fact]
    public void Every_object_lies_wholly_in_its_cell()
    {
        Assert.All(Extremes(), item => Assert.All(Inked(item, Side), pixel =>
        {
            Assert.InRange(pixel.X, Cell, (2 * Cell) - 1);
            Assert.InRange(pixel.Y, Cell, (2 * Cell) - 1);
        }));
    }

    [Fact]
    public void Discs_around_two_objects_overlap_by_less_than_a_tenth()
    {
        var least = 1000.0;
        foreach (var sample in Samples.Of(SceneTask.Caption, 2_000))
        {
            var items = sample.Truth.Scenes[0].Objects;
            for (var i = 0; i < items.Count; i++)
            {
                for (var j = i + 1; j < items.Count; j++)
                {
                    var ((x1, y1), (x2, y2)) = (ObjectLayout.Centre(items[i]), ObjectLayout.Centre(items[j]));
                    var distance = Math.Sqrt(((x1 - x2) * (x1 - x2)) + ((y1 - y2) * (y1 - y2)));
                    least = Math.Min(least, distance / (ObjectLayout.Radius(items[i].Size) + ObjectLayout.Radius(items[j].Size)));
                }
            }
        }

        // The corners of a square are the furthest out, at 1.16 radii; circles of that size a tenth of whose areas overlaps are 0.806 diameters apart.
        Assert.InRange(least, 0.806 * 1.16, 1.5);
    }

    [Fact]
    public void No_point_of_an_object_is_outside_of_the_frame_that_is_drawn()
    {
        Assert.All(Extremes(), item =>
        {
            var placed = new PlacedObject(item);
            var (left, top, right, bottom) = placed.Frame;
            for (var y = 16.0; y < 48; y += 0.25)
            {
                for (var x = 16.0; x < 48; x += 0.25)
                {
                    if ((x < left || x > right || y < top || y > bottom) && placed.Contains(x, y))
                    {
                        Assert.Fail($"{item} has ({x}, {y}).");
                    }
                }
            }
        });
    }

    [Fact]
    public void Boxes_enclose_what_is_drawn_and_no_more()
    {
        const int side = 999;
        Assert.All(Extremes().Where((_, i) => i % 13 == 0), item =>
        {
            var box = ObjectBounds.Of(item);
            var inked = Inked(item, side).ToList();
            Assert.InRange(box.Left - inked.Min(pixel => pixel.X), -2, 2);
            Assert.InRange(box.Top - inked.Min(pixel => pixel.Y), -2, 2);
            Assert.InRange(box.Right - inked.Max(pixel => pixel.X) - 1, -2, 2);
            Assert.InRange(box.Bottom - inked.Max(pixel => pixel.Y) - 1, -2, 2);
        });
    }

    [Fact]
    public void Half_of_a_pixel_that_an_object_covers_by_half_is_its_colour()
    {
        var square = new SceneObject(ObjectShape.Square, ObjectColour.Red, ObjectSize.Big, ObjectFill.Plain, Place.Centre);
        var image = SceneRenderer.Render(new Scene(White, [square]), 64);

        // It reaches from 32 - 9.25 x 0.82 = 24.415 to 39.585: the pixel that begins at 24 is covered from its fifth eighth on.
        var (inside, outside) = (Palette.Main(ObjectColour.Red), Palette.Of(BackgroundColour.White));
        Assert.Equal((inside.Red, inside.Green, inside.Blue), image.At(32, 32));
        Assert.Equal((outside.Red, outside.Green, outside.Blue), image.At(23, 32));
        Assert.Equal((((5 * inside.Red) + (3 * outside.Red) + 4) / 8, ((5 * inside.Green) + (3 * outside.Green) + 4) / 8), (image.At(24, 32).Red, image.At(24, 32).Green));
    }

    [Fact]
    public void Marks_and_patterns_show_in_every_shape_and_size()
    {
        foreach (var plain in Extremes())
        {
            var mark = Count(plain with { Mark = ObjectMark.Dot }, Palette.Mark);
            var bar = Count(plain with { Mark = ObjectMark.Bar }, Palette.Mark);
            Assert.InRange(mark, 3, 12);
            Assert.InRange(bar, 2, 14);
            Assert.Equal(0, Count(plain, Palette.Mark));

            var area = Count(plain, Palette.Main(plain.Colour));
            Assert.InRange(Count(plain with { Fill = ObjectFill.Striped }, Palette.Other(plain.Colour)), area / 8, area);
            Assert.InRange(Count(plain with { Fill = ObjectFill.Dotted }, Palette.Other(plain.Colour)), area / 20, area);
        }

        static int Count(SceneObject item, Rgb colour)
        {
            var image = SceneRenderer.Render(new Scene(White, [item]), 64);
            return Enumerable.Range(0, 64 * 64).Count(i => Near(image.At(i % 64, i / 64), colour));
        }
    }

    [Fact]
    public void Backgrounds_are_plain_or_fade_downwards_or_have_eight_checks_to_a_side()
    {
        RgbImage Draw(BackgroundKind kind) => SceneRenderer.Render(new Scene(new Background(kind, BackgroundColour.Mint, BackgroundColour.Rose), []), 64);
        var (mint, rose) = (Palette.Of(BackgroundColour.Mint), Palette.Of(BackgroundColour.Rose));

        var gradient = Draw(BackgroundKind.Gradient);
        Assert.Equal((mint.Red, mint.Green, mint.Blue), gradient.At(63, 0));
        Assert.Equal((rose.Red, rose.Green, rose.Blue), gradient.At(0, 63));
        Assert.Equal(gradient.At(0, 20), gradient.At(50, 20));
        Assert.InRange(gradient.At(0, 32).Red, mint.Red + 25, rose.Red - 25);

        var checks = Draw(BackgroundKind.Checks);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                var expected = ((x / 8) + (y / 8)) % 2 == 0 ? mint : rose;
                Assert.Equal((expected.Red, expected.Green, expected.Blue), checks.At(x, y));
            }
        }
    }

    [Fact]
    public void A_class_map_has_the_flat_colours_of_the_shapes_on_black_and_nothing_else()
    {
        foreach (var scene in Samples.Of(SceneTask.Segment, 100).Select(sample => sample.Truth.Scenes[0]))
        {
            var image = SceneRenderer.RenderClassMap(scene, 64);
            var colours = Enumerable.Range(0, 64 * 64).Select(i => image.At(i % 64, i / 64)).Select(pixel => new Rgb(pixel.Red, pixel.Green, pixel.Blue)).ToHashSet();
            Assert.Equal(scene.Objects.Select(item => Palette.Class(item.Shape)).Append(Palette.NoClass).ToHashSet(), colours);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Any_side_can_be_drawn(int side)
    {
        var scene = SceneSamples.Get(SceneSplit.Test, SceneTask.Caption, 3).Truth.Scenes[0];
        Assert.Equal((side, side), (SceneRenderer.Render(scene, side).Width, SceneRenderer.RenderClassMap(scene, side).Height));
    }

    [Fact]
    public void A_side_or_a_turn_that_does_not_exist_is_refused()
    {
        var item = new SceneObject(ObjectShape.Star, ObjectColour.Red, ObjectSize.Big, ObjectFill.Plain, Place.Top) { Turn = 45 };
        Assert.Throws<ArgumentOutOfRangeException>(() => SceneRenderer.Render(new Scene(White, []), 0));
        Assert.Contains("45", Assert.Throws<ArgumentOutOfRangeException>(() => SceneRenderer.Render(new Scene(White, [item]), 64)).Message);
    }

    // The pixels that differ from an empty scene.
    private static IEnumerable<(int X, int Y)> Inked(SceneObject item, int side)
    {
        var with = SceneRenderer.Render(new Scene(White, [item]), side);
        var white = Palette.Of(BackgroundColour.White);
        return Enumerable.Range(0, side * side).Select(i => (X: i % side, Y: i / side)).Where(pixel => with.At(pixel.X, pixel.Y) != (white.Red, white.Green, white.Blue));
    }

    private static bool Near((byte Red, byte Green, byte Blue) pixel, Rgb colour) =>
        Math.Abs(pixel.Red - colour.Red) + Math.Abs(pixel.Green - colour.Green) + Math.Abs(pixel.Blue - colour.Blue) < 60;
}
