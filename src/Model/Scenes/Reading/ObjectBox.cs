namespace MmiGrains.Model.Scenes.Reading;

/// <summary>The smallest upright rectangle around an object, in fractions of the picture's side, 0 at the left and at the top.</summary>
public readonly record struct ObjectBox(double Left, double Top, double Right, double Bottom)
{
    /// <summary>What both share, over what either covers.</summary>
    public double IntersectionOverUnion(ObjectBox other)
    {
        var width = Math.Min(Right, other.Right) - Math.Max(Left, other.Left);
        var height = Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top);
        var shared = Math.Max(width, 0) * Math.Max(height, 0);
        var either = Area + other.Area - shared;
        return either > 0 ? shared / either : 0;
    }

    private double Area => (Right - Left) * (Bottom - Top);
}
