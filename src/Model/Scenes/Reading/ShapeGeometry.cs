namespace MmiGrains.Model.Scenes.Reading;

/// <summary>
/// What the reader takes each shape, fill and mark to look like. Shapes are inequalities in units of an object's radius, x to the right
/// and y down from its middle; patterns and marks are in pixels of a 64 x 64 picture.
/// </summary>
internal static class ShapeGeometry
{
    private const double StarFold = Math.PI / 5;
    private const double StarTip = 1.08;
    private const double StarNotch = 0.52;

    private const double StripePeriod = 5;
    private const double StripeWidth = 2.25;
    private const double DotPeriod = 3.8;
    private const double DotRadius = 1.2;

    private const double MarkRadius = 1.7;
    private const double BarLength = 5;
    private const double BarWidth = 2.2;

    public static bool IsInside(ObjectShape shape, double x, double y) => shape switch
    {
        ObjectShape.Circle => Math.Sqrt((x * x) + (y * y)) <= 0.95,
        ObjectShape.Square => Math.Max(Math.Abs(x), Math.Abs(y)) <= 0.82,
        ObjectShape.Triangle => y <= 0.7 && Math.Abs(x) <= 0.92 * (y + 0.92) / 1.62,
        ObjectShape.Star => IsInStar(x, y),
        ObjectShape.Heart => IsInHeart(1.17 * x, 0.12 - (1.17 * y)),
        ObjectShape.Ring => Math.Abs(Math.Sqrt((x * x) + (y * y)) - 0.71) <= 0.29,
        ObjectShape.Cross => Math.Max(Math.Abs(x), Math.Abs(y)) <= 1 && Math.Min(Math.Abs(x), Math.Abs(y)) <= 0.36,
        ObjectShape.Crescent => Distance(x, y, 0.15) <= 1 && Distance(x, y, 0.62) > 0.78,
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
    };

    /// <summary>Whether a stripe covers a point: they run along a diagonal, and the middle of the object lies between two.</summary>
    public static bool IsStripe(double right, double down) =>
        Math.Abs(OffWhole(((right + down) / Math.Sqrt(2) / StripePeriod) + 0.5)) * StripePeriod <= StripeWidth / 2;

    /// <summary>Whether a dot of the pattern covers a point: they lie along both diagonals.</summary>
    public static bool IsDot(ObjectShape shape, double right, double down)
    {
        right -= shape switch
        {
            ObjectShape.Ring => 0,
            ObjectShape.Crescent => -0.7,
            _ => DotPeriod / Math.Sqrt(2), // the middle lies between four
        };
        var along = OffWhole((right + down) / Math.Sqrt(2) / DotPeriod) * DotPeriod;
        var across = OffWhole((right - down) / Math.Sqrt(2) / DotPeriod) * DotPeriod;
        return Math.Sqrt((along * along) + (across * across)) <= DotRadius;
    }

    /// <summary>Whether a round mark covers a point, counted from the middle of the mark.</summary>
    public static bool IsMarkDot(double right, double down) => Math.Sqrt((right * right) + (down * down)) <= MarkRadius;

    /// <summary>Whether a bar covers a point, counted from its middle.</summary>
    public static bool IsMarkBar(ObjectShape shape, double right, double down)
    {
        var (along, across) = shape == ObjectShape.Crescent ? (down, right) : (right, down);
        return Math.Abs(along) <= BarLength / 2 && Math.Abs(across) <= BarWidth / 2;
    }

    /// <summary>Where the middle of a mark lies, in radii.</summary>
    public static (double X, double Y) MarkPlace(ObjectShape shape) => shape switch
    {
        ObjectShape.Triangle => (0, 0.2),
        ObjectShape.Heart => (0, -0.1),
        ObjectShape.Ring => (0, -0.71),
        ObjectShape.Crescent => (-0.5, 0),
        _ => (0, 0),
    };

    private static bool IsInStar(double x, double y)
    {
        // Every point is folded onto the wedge between the upward tip and the notch beside it; one straight edge bounds the star there.
        var angle = Math.Abs(Math.IEEERemainder(Math.Atan2(x, -y), 2 * StarFold));
        var distance = Math.Sqrt((x * x) + (y * y));
        var (up, aside) = (distance * Math.Cos(angle), distance * Math.Sin(angle));
        var (notchUp, notchAside) = (StarNotch * Math.Cos(StarFold), StarNotch * Math.Sin(StarFold));
        return ((StarTip - up) * notchAside) - (aside * (StarTip - notchUp)) >= 0;
    }

    // y up: the cube root of (x² + y² - 1)³ = x²y³.
    private static bool IsInHeart(double x, double y) => (x * x) + (y * y) - 1 <= Math.Cbrt(x * x) * y;

    private static double Distance(double x, double y, double middleX) => Math.Sqrt(((x - middleX) * (x - middleX)) + (y * y));

    // From the nearest whole number.
    private static double OffWhole(double x) => x - Math.Round(x);
}
