namespace MmiGrains.Model.Metrics.Grounding;

/// <summary>A rectangle by two corners, in any unit; x grows to the right, y downwards.</summary>
/// <param name="X1">Left.</param>
/// <param name="Y1">Top.</param>
/// <param name="X2">Right.</param>
/// <param name="Y2">Bottom.</param>
public readonly record struct Box(double X1, double Y1, double X2, double Y2)
{
    /// <summary>Its area; 0 where the corners are the wrong way round.</summary>
    public double Area => Math.Max(0, X2 - X1) * Math.Max(0, Y2 - Y1);

    /// <summary>
    /// The area of both over the area of either, 0 to 1; 0 where both are empty. It is the same in thousandths of an image's sides as
    /// in its pixels.
    /// </summary>
    public double IntersectionOverUnion(Box other)
    {
        var both = new Box(Math.Max(X1, other.X1), Math.Max(Y1, other.Y1), Math.Min(X2, other.X2), Math.Min(Y2, other.Y2)).Area;
        var either = Area + other.Area - both;
        return both > 0 ? both / either : 0;
    }
}
