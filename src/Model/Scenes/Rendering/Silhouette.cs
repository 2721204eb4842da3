namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>
/// The shapes, in coordinates whose unit is the object's radius: x to the right, y down, the middle at 0. Nothing but sums, products
/// and comparisons of doubles, which are the same on every machine.
/// </summary>
internal static class Silhouette
{
    /// <summary>No shape reaches further from the middle, along either axis and in any turn.</summary>
    public const double Reach = 1.2;

    // The sine and cosine of 18 and 54 degrees, for a star's ten corners.
    private const double Sin18 = 0.30901699437494745;
    private const double Cos18 = 0.9510565162951535;
    private const double Sin54 = 0.8090169943749475;
    private const double Cos54 = 0.5877852522924731;
    private const double Tip = 1.08;
    private const double Notch = 0.5;

    private static readonly (double X, double Y)[] Star =
    [
        (0, -Tip), (Notch * Cos54, -Notch * Sin54), (Tip * Cos18, -Tip * Sin18), (Notch * Cos18, Notch * Sin18), (Tip * Cos54, Tip * Sin54),
        (0, Notch), (-Tip * Cos54, Tip * Sin54), (-Notch * Cos18, Notch * Sin18), (-Tip * Cos18, -Tip * Sin18), (-Notch * Cos54, -Notch * Sin54),
    ];

    private static readonly (double X, double Y)[] Triangle = [(0, -0.92), (0.92, 0.7), (-0.92, 0.7)];

    /// <summary>Whether a point belongs to a shape.</summary>
    public static bool Contains(ObjectShape shape, double x, double y) => shape switch
    {
        ObjectShape.Circle => InDisc(x, y, 0.95),
        ObjectShape.Square => Within(x, 0.82) && Within(y, 0.82),
        ObjectShape.Triangle => InPolygon(Triangle, x, y),
        ObjectShape.Star => InPolygon(Star, x, y),
        ObjectShape.Heart => InHeart(x * 1.17, 0.12 - (y * 1.17)),
        ObjectShape.Ring => InDisc(x, y, 1) && !InDisc(x, y, 0.45),
        ObjectShape.Cross => (Within(x, 1) && Within(y, 0.36)) || (Within(y, 1) && Within(x, 0.36)),
        ObjectShape.Crescent => InDisc(x - 0.15, y, 1) && !InDisc(x - 0.6, y, 0.8),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
    };

    /// <summary>Where a shape's mark lies, and whether a bar stands upright there: always well inside, also of a small ring.</summary>
    public static (double X, double Y, bool Upright) MarkPlace(ObjectShape shape) => shape switch
    {
        ObjectShape.Triangle => (0, 0.2, false),
        ObjectShape.Heart => (0, -0.1, false),
        ObjectShape.Ring => (0, -0.725, false),
        ObjectShape.Crescent => (-0.525, 0, true),
        _ => (0, 0, false),
    };

    private static bool Within(double x, double limit) => x >= -limit && x <= limit;

    private static bool InDisc(double x, double y, double radius) => (x * x) + (y * y) <= radius * radius;

    // The curve (x² + y² - 1)³ = x²y³, y up.
    private static bool InHeart(double x, double y)
    {
        var ring = (x * x) + (y * y) - 1;
        return ring * ring * ring <= x * x * y * y * y;
    }

    // A ray to the right crosses the outline an odd number of times.
    private static bool InPolygon((double X, double Y)[] corners, double x, double y)
    {
        var isInside = false;
        var from = corners[^1];
        foreach (var to in corners)
        {
            if ((from.Y > y) != (to.Y > y) && x < ((to.X - from.X) * (y - from.Y) / (to.Y - from.Y)) + from.X)
            {
                isInside = !isInside;
            }

            from = to;
        }

        return isInside;
    }
}
