namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// A shape in one size and turn, in steps of a quarter pixel, so that it can be laid onto a picture in such steps by adding up 4 x 4
/// points for every pixel. A painted object may be a little smaller or larger than it should be, so each size comes in five scales.
/// </summary>
internal sealed class ShapeTemplate
{
    /// <summary>Points of a pixel.</summary>
    public const int Full = FineGrid.Fine * FineGrid.Fine;

    private const int Reach = 13;

    private static readonly double[] Scales = [0.88, 0.94, 1, 1.06, 1.12];
    private static readonly int Turns = ObjectLayout.Turns.Count;
    private static readonly int Sizes = Enum.GetValues<ObjectSize>().Length;
    private static readonly ShapeTemplate?[] Library = new ShapeTemplate?[Enum.GetValues<ObjectShape>().Length * Sizes * Turns * Scales.Length];

    private readonly FineGrid _points;
    private readonly FineGrid _coverage;

    private ShapeTemplate(ObjectShape shape, ObjectSize size, int turnIndex, int scaleIndex)
    {
        (Shape, Size, TurnIndex, ScaleIndex) = (shape, size, turnIndex, scaleIndex);
        var (sine, cosine) = Math.SinCos(Turn * Math.PI / 180);
        var radius = ObjectLayout.Radius(size) * Scales[scaleIndex];
        _points = new FineGrid(Reach, (x, y) =>
            (byte)(ShapeGeometry.IsInside(shape, ((x * cosine) + (y * sine)) / radius, ((y * cosine) - (x * sine)) / radius) ? Covers.Shape : 0));
        _coverage = new FineGrid(Reach, (x, y) => Sum((int)Math.Floor(x * FineGrid.Fine), (int)Math.Floor(y * FineGrid.Fine)));
        Details = ShapeDetails.Of(shape, turnIndex);
        var (markX, markY) = ShapeGeometry.MarkPlace(shape);
        MarkX = FineGrid.Quarters(((markX * cosine) - (markY * sine)) * radius);
        MarkY = FineGrid.Quarters(((markX * sine) + (markY * cosine)) * radius);
        Measure();
    }

    /// <summary>Every shape in every size and turn, in its right scale.</summary>
    public static IEnumerable<ShapeTemplate> All =>
        from shape in Enum.GetValues<ObjectShape>()
        from size in Enum.GetValues<ObjectSize>()
        from turn in Enumerable.Range(0, Turns)
        select Of(shape, size, turn, Scales.Length / 2)!;

    public ObjectShape Shape { get; }

    public ObjectSize Size { get; }

    /// <summary>The place of its turn among <see cref="ObjectLayout.Turns"/>.</summary>
    public int TurnIndex { get; }

    public int Turn => ObjectLayout.Turns[TurnIndex];

    public int ScaleIndex { get; }

    /// <summary>Its patterns and marks.</summary>
    public ShapeDetails Details { get; }

    /// <summary>Right of the middle, where its mark lies, in quarter pixels.</summary>
    public int MarkX { get; }

    /// <summary>Below the middle, where its mark lies, in quarter pixels.</summary>
    public int MarkY { get; }

    /// <summary>Right of the middle, where the middle of its area lies, in pixels.</summary>
    public double CentreX { get; private set; }

    /// <summary>Below the middle, where the middle of its area lies, in pixels.</summary>
    public double CentreY { get; private set; }

    /// <summary>The smallest upright rectangle around it, in pixels from its middle.</summary>
    public (double Left, double Top, double Right, double Bottom) Bounds { get; private set; }

    /// <summary>The same shape and size in another turn and scale; null where there is none.</summary>
    public ShapeTemplate? With(int turnIndex, int scaleIndex) => Of(Shape, Size, turnIndex, scaleIndex);

    /// <summary>How many points of a pixel, 0 to 16, it covers; the pixel's upper left corner in quarter pixels from the middle.</summary>
    public int Coverage(int right, int down) => _coverage[right, down];

    /// <summary>The same of several pixels from left to right.</summary>
    public void Coverage(int right, int down, Span<byte> coverage) => _coverage.Stride(right, down, coverage);

    /// <summary>Whether it covers a point, in quarter pixels from the middle: <see cref="Covers.Shape"/> or nothing.</summary>
    public int Point(int right, int down) => _points[right, down];

    // Made when first asked for; should two threads make the same one, either will do.
    private static ShapeTemplate? Of(ObjectShape shape, ObjectSize size, int turn, int scale)
    {
        if (turn < 0 || turn >= Turns || scale < 0 || scale >= Scales.Length)
        {
            return null;
        }

        ref var place = ref Library[(((((int)shape * Sizes) + (int)size) * Turns) + turn) * Scales.Length + scale];
        return Volatile.Read(ref place) ?? (place = new ShapeTemplate(shape, size, turn, scale));
    }

    private byte Sum(int right, int down)
    {
        var sum = 0;
        for (var point = 0; point < Full; point++)
        {
            sum += _points[right + (point % FineGrid.Fine), down + (point / FineGrid.Fine)];
        }

        return (byte)sum;
    }

    private void Measure()
    {
        const int reach = Reach * FineGrid.Fine;
        var (left, top, right, bottom) = (reach, reach, -reach, -reach);
        var (sumX, sumY, count) = (0.0, 0.0, 0);
        for (var y = -reach; y < reach; y++)
        {
            for (var x = -reach; x < reach; x++)
            {
                if (_points[x, y] != 0)
                {
                    (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
                    (sumX, sumY, count) = (sumX + FineGrid.Position(x), sumY + FineGrid.Position(y), count + 1);
                }
            }
        }

        const double fine = FineGrid.Fine;
        (CentreX, CentreY) = (sumX / count, sumY / count);
        Bounds = (left / fine, top / fine, right / fine, bottom / fine);
    }
}
