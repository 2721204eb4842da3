namespace MmiGrains.Model.Scenes.Rendering;

/// <summary>
/// The shapes, in coordinates whose unit is the object's radius: x to the right, y down, the middle at 0. Nothing but sums, products
/// and comparisons of doubles, which are the same on every machine.
/// </summary>
internal static class Silhouette
{
    /// <summary>No shape reaches further from the middle, along either axis and in any turn.</summary>
    public const double Reach = 1.1;

    // The cosine and sine of 36 degrees, a tenth of a star.
    private const double Cos36 = 0.8090169943749475;
    private const double Sin36 = 0.5877852522924731;
    private const double StarTip = 1.08;
    private const double StarNotch = 0.52;

    /// <summary>Whether a point belongs to a shape.</summary>
    public static bool Contains(ObjectShape shape, double x, double y) => shape switch
    {
        ObjectShape.Circle => InDisc(x, y, 0.95),
        ObjectShape.Square => Math.Abs(x) <= 0.82 && Math.Abs(y) <= 0.82,
        ObjectShape.Triangle => y <= 0.7 && Math.Abs(x) * 1.62 <= 0.92 * (y + 0.92),
        ObjectShape.Star => InStar(x, y),
        ObjectShape.Heart => InHeart(x * 1.17, 0.12 - (y * 1.17)),
        ObjectShape.Ring => InDisc(x, y, 1) && !InDisc(x, y, 0.42),
        ObjectShape.Cross => InCross(Math.Abs(x), Math.Abs(y)),
        ObjectShape.Crescent => InDisc(x - 0.15, y, 1) && !InDisc(x - 0.62, y, 0.78),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
    };

    /// <summary>Where a shape's mark lies, and whether a bar stands upright there: always well inside, also of a small ring.</summary>
    public static (double X, double Y, bool IsUpright) MarkPlace(ObjectShape shape) => shape switch
    {
        ObjectShape.Triangle => (0, 0.2, false),
        ObjectShape.Heart => (0, -0.1, false),
        ObjectShape.Ring => (0, -0.71, false),
        ObjectShape.Crescent => (-0.5, 0, true),
        _ => (0, 0, false),
    };

    private static bool InDisc(double x, double y, double radius) => (x * x) + (y * y) <= radius * radius;

    private static bool InCross(double x, double y) => (x <= 1 && y <= 0.36) || (y <= 1 && x <= 0.36);

    // The curve (x² + y² - 1)³ = x²y³, y up.
    private static bool InHeart(double x, double y)
    {
        var ring = (x * x) + (y * y) - 1;
        return ring * ring * ring <= x * x * y * y * y;
    }

    // Folded along its axes until the point lies beside the upper tip, where one edge decides.
    private static bool InStar(double x, double y)
    {
        x = Math.Abs(x);
        y = -y;
        var beyond = 2 * Math.Max((Cos36 * x) - (Sin36 * y), 0);
        (x, y) = (x - (beyond * Cos36), y + (beyond * Sin36));
        beyond = 2 * Math.Max((-Cos36 * x) - (Sin36 * y), 0);
        (x, y) = (Math.Abs(x + (beyond * Cos36)), y + (beyond * Sin36));

        // From the tip (0, StarTip) to the notch at 36 degrees.
        return x * (StarTip - (StarNotch * Cos36)) <= (StarTip - y) * (StarNotch * Sin36);
    }
}
