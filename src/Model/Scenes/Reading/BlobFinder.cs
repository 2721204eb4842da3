namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// Parts a foreground into objects: pixels that touch belong together, unless they reach further than an object can and touch but a
/// little across the borders of the cells, which part them then; and what lies in pieces within one cell is one object.
/// </summary>
internal static class BlobFinder
{
    /// <summary>The widest object is 20 pixels wide, and up to 3 more where its edge is soft; two that touch are 24 wide at least.</summary>
    public const int LargestExtent = 23;

    // The least object covers 40 pixels. Smaller pieces are specks.
    private const int LeastArea = 14;

    // Along how many pixels objects of two cells may touch.
    private const int MostContact = 10;

    public static IReadOnlyList<Blob> Find(bool[] isForeground) =>
        Joined([.. Components(isForeground, byCell: false).SelectMany(Parted).Where(blob => blob.Pixels.Count >= LeastArea)]);

    /// <summary>The cell in which a point lies, in pixels.</summary>
    public static Place Cell(double x, double y) => (Place)((Index(y) * Places.PerSide) + Index(x));

    private static IReadOnlyList<Blob> Parted(Blob blob)
    {
        if (blob.Extent <= LargestExtent)
        {
            return [blob];
        }

        var mask = new bool[Canvas.Side * Canvas.Side];
        foreach (var pixel in blob.Pixels)
        {
            mask[pixel] = true;
        }

        var parts = Components(mask, byCell: true);
        var contact = blob.Pixels.Count(pixel => IsAcross(pixel, 1, 0)) + blob.Pixels.Count(pixel => IsAcross(pixel, 0, 1));
        return contact <= MostContact * (parts.Count - 1) ? parts : [blob];

        bool IsAcross(int pixel, int right, int down)
        {
            var (y, x) = Math.DivRem(pixel, Canvas.Side);
            var (nextX, nextY) = (x + right, y + down);
            return nextX < Canvas.Side && nextY < Canvas.Side && mask[(nextY * Canvas.Side) + nextX] && Cell(x, y) != Cell(nextX, nextY);
        }
    }

    private static List<Blob> Components(bool[] mask, bool byCell)
    {
        var blobs = new List<Blob>();
        var isSeen = new bool[mask.Length];
        for (var start = 0; start < mask.Length; start++)
        {
            if (mask[start] && !isSeen[start])
            {
                blobs.Add(new Blob(Flood(mask, isSeen, start, byCell)));
            }
        }

        return blobs;
    }

    private static List<int> Flood(bool[] mask, bool[] isSeen, int start, bool byCell)
    {
        var pixels = new List<int> { start };
        isSeen[start] = true;
        for (var next = 0; next < pixels.Count; next++)
        {
            var (y, x) = Math.DivRem(pixels[next], Canvas.Side);
            Visit(x - 1, y);
            Visit(x + 1, y);
            Visit(x, y - 1);
            Visit(x, y + 1);
        }

        return pixels;

        void Visit(int x, int y)
        {
            if (x is < 0 or >= Canvas.Side || y is < 0 or >= Canvas.Side)
            {
                return;
            }

            var pixel = (y * Canvas.Side) + x;
            if (mask[pixel] && !isSeen[pixel] && (!byCell || Cell(x, y) == Cell(start % Canvas.Side, start / Canvas.Side)))
            {
                isSeen[pixel] = true;
                pixels.Add(pixel);
            }
        }
    }

    private static List<Blob> Joined(IReadOnlyList<Blob> pieces)
    {
        var blobs = new List<Blob>();
        foreach (var piece in pieces.OrderByDescending(piece => piece.Pixels.Count))
        {
            var joined = blobs.Select(blob => CellOf(blob) == CellOf(piece) ? new Blob([.. blob.Pixels, .. piece.Pixels]) : null).ToList();
            var host = joined.FindIndex(blob => blob?.Extent <= LargestExtent);
            if (host < 0)
            {
                blobs.Add(piece);
            }
            else
            {
                blobs[host] = joined[host]!;
            }
        }

        return blobs;
    }

    private static Place CellOf(Blob blob) => Cell(blob.CentreX, blob.CentreY);

    private static int Index(double position) => Math.Clamp((int)(position * Places.PerSide / Canvas.Side), 0, Places.PerSide - 1);
}
