using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// Reads the attributes of a scene off the pixels of a picture. It is meant to judge pictures that a model has painted, and therefore
/// forgives noise, soft edges and colours a little off, and says so where it recognizes nothing. Of the renderer it knows no more than
/// the palette: background by likelihood, blobs by colour, then shape, fill and mark by comparison with templates of its own.
/// </summary>
public static class SceneReader
{
    // How many shapes in either size are moved until they fit, and in how many poses of these fills and marks are tried.
    private const int Shapes = 6;
    private const int Poses = 10;

    // A blob of which an object explains less than this is none of this world.
    private const double LeastConfidence = 0.83;

    /// <summary>What a square picture shows. It is read at 64 x 64 pixels.</summary>
    /// <exception cref="ArgumentException">The picture is not square.</exception>
    public static SceneReading Read(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var canvas = Canvas.From(picture);
        if (BackgroundReader.Read(canvas) is not { } backdrop)
        {
            return SceneReading.Unreadable;
        }

        var blobs = BlobFinder.Find(backdrop.IsForeground);
        var owners = new Blob?[canvas.Pixels.Length];
        foreach (var blob in blobs)
        {
            foreach (var pixel in blob.Pixels)
            {
                owners[pixel] = blob;
            }
        }

        var objects = blobs.Select(blob => Read(canvas, backdrop, owners, blob)).OfType<ReadObject>().ToList();
        return new SceneReading(
            backdrop.Background, [.. objects.OrderBy(item => item.Item.Place).ThenBy(item => item.Box.Top)], blobs.Count - objects.Count);
    }

    private static ReadObject? Read(Canvas canvas, Backdrop backdrop, Blob?[] owners, Blob blob)
    {
        if (blob.Extent > BlobFinder.LargestExtent || ColourReader.Read(canvas, backdrop, blob) is not { } colour)
        {
            return null;
        }

        var window = new ObjectWindow(canvas, backdrop, owners, blob);
        var fit = new LooksFit(window, colour);
        var looks = fit.Best(new OutlineFit(window, colour).Best(Shapes, Poses));
        var explained = fit.Explained(looks);
        return explained >= LeastConfidence ? Described(looks, colour, explained) : null;
    }

    private static ReadObject Described(Looks looks, ObjectColour colour, double confidence)
    {
        var template = looks.Pose.Template;
        var (x, y) = ((double)looks.Pose.X / FineGrid.Fine, (double)looks.Pose.Y / FineGrid.Fine);
        var item = new SceneObject(template.Shape, colour, template.Size, looks.Fill, BlobFinder.Cell(x, y), looks.Mark) { Turn = template.Turn };
        var (middleX, middleY) = ObjectLayout.Centre(item);
        var (left, top, right, bottom) = template.Bounds;
        return new ReadObject(
            item with { ShiftX = Shift(x - middleX), ShiftY = Shift(y - middleY) },
            new ObjectBox((x + left) / Canvas.Side, (y + top) / Canvas.Side, (x + right) / Canvas.Side, (y + bottom) / Canvas.Side),
            confidence);
    }

    private static int Shift(double pixels) => (int)Math.Round(pixels * ObjectLayout.ShiftsPerUnit);
}
