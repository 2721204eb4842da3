using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>
/// Draws scenes: each pixel of an object is the mean of eight points in it, no two in one row or column. The same bytes on every
/// machine, since points are judged by sums and products of doubles and colours are mixed in integers.
/// </summary>
public static class SceneRenderer
{
    private const int Points = 8;
    private const int Surfaces = (int)Surface.Mark + 1;
    private const int ChecksPerSide = 8;

    // The rows of eight queens on a chess board, none of which attacks another: edges of any slope meet them one by one.
    private static ReadOnlySpan<int> Queens => [3, 6, 2, 7, 1, 4, 0, 5];

    /// <summary>The scene at side x side pixels.</summary>
    public static RgbImage Render(Scene scene, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        var pixels = new byte[3 * side * side];
        DrawBackground(scene.Background, pixels, side);
        foreach (var item in scene.Objects)
        {
            Draw(new PlacedObject(item), Palette.Main(item.Colour), Palette.Other(item.Colour), pixels, side);
        }

        return new RgbImage(side, side, pixels);
    }

    /// <summary>The scene's class map: silhouettes in the flat colours of their shapes on black, without patterns, marks or soft edges.</summary>
    public static RgbImage RenderClassMap(Scene scene, int side)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
        var pixels = new byte[3 * side * side];
        foreach (var item in scene.Objects)
        {
            DrawSilhouette(new PlacedObject(item), Palette.Class(item.Shape), pixels, side);
        }

        return new RgbImage(side, side, pixels);
    }

    private static void DrawBackground(Background background, byte[] pixels, int side)
    {
        var first = Palette.Of(background.First);
        var second = Palette.Of(background.Second ?? background.First);
        for (var y = 0; y < side; y++)
        {
            var row = pixels.AsSpan(3 * side * y, 3 * side);
            var (even, odd) = background.Kind switch
            {
                BackgroundKind.Gradient when Between(first, second, y, Math.Max(side - 1, 1)) is var between => (between, between),
                BackgroundKind.Checks when y * ChecksPerSide / side % 2 == 1 => (second, first),
                _ => (first, second),
            };
            for (var x = 0; x < side; x++)
            {
                Put(row, x, x * ChecksPerSide / side % 2 == 0 ? even : odd);
            }
        }
    }

    private static void Draw(PlacedObject item, Rgb main, Rgb other, byte[] pixels, int side)
    {
        var (left, top, right, bottom) = PixelFrame(item, side);
        var step = ObjectLayout.Side / side;
        Span<int> counts = stackalloc int[Surfaces];
        for (var y = top; y < bottom; y++)
        {
            var row = pixels.AsSpan(3 * side * y, 3 * side);
            for (var x = left; x < right; x++)
            {
                counts.Clear();
                for (var point = 0; point < Points; point++)
                {
                    counts[(int)item.At((x + ((point + 0.5) / Points)) * step, (y + ((Queens[point] + 0.5) / Points)) * step)]++;
                }

                if (counts[(int)Surface.Outside] < Points)
                {
                    Put(row, x, Mixed(At(row, x), main, other, counts));
                }
            }
        }
    }

    private static void DrawSilhouette(PlacedObject item, Rgb colour, byte[] pixels, int side)
    {
        var (left, top, right, bottom) = PixelFrame(item, side);
        var step = ObjectLayout.Side / side;
        for (var y = top; y < bottom; y++)
        {
            var row = pixels.AsSpan(3 * side * y, 3 * side);
            for (var x = left; x < right; x++)
            {
                if (item.Contains((x + 0.5) * step, (y + 0.5) * step))
                {
                    Put(row, x, colour);
                }
            }
        }
    }

    private static (int Left, int Top, int Right, int Bottom) PixelFrame(PlacedObject item, int side)
    {
        var (left, top, right, bottom) = item.Frame;
        var scale = side / ObjectLayout.Side;
        return (
            Math.Max((int)Math.Floor(left * scale), 0),
            Math.Max((int)Math.Floor(top * scale), 0),
            Math.Min((int)Math.Ceiling(right * scale), side),
            Math.Min((int)Math.Ceiling(bottom * scale), side));
    }

    private static Rgb Between(Rgb first, Rgb second, int part, int whole)
    {
        return new Rgb(Channel(first.Red, second.Red), Channel(first.Green, second.Green), Channel(first.Blue, second.Blue));

        byte Channel(int from, int to) => (byte)(((from * (whole - part)) + (to * part) + (whole / 2)) / whole);
    }

    private static Rgb Mixed(Rgb behind, Rgb main, Rgb other, ReadOnlySpan<int> counts)
    {
        var (outside, mains, others, marks) = (counts[0], counts[1], counts[2], counts[3]);
        return new Rgb(
            Channel(behind.Red, main.Red, other.Red, Palette.Mark.Red),
            Channel(behind.Green, main.Green, other.Green, Palette.Mark.Green),
            Channel(behind.Blue, main.Blue, other.Blue, Palette.Mark.Blue));

        byte Channel(int a, int b, int c, int d) => (byte)(((a * outside) + (b * mains) + (c * others) + (d * marks) + (Points / 2)) / Points);
    }

    private static Rgb At(ReadOnlySpan<byte> row, int x) => new(row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]);

    private static void Put(Span<byte> row, int x, Rgb colour) =>
        (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]) = (colour.Red, colour.Green, colour.Blue);
}
