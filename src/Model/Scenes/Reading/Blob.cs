namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Foreground pixels that are taken for one object.</summary>
internal sealed class Blob
{
    public Blob(IReadOnlyList<int> pixels)
    {
        Pixels = pixels;
        (Left, Top, Right, Bottom) = (Canvas.Side, Canvas.Side, 0, 0);
        var (sumX, sumY) = (0L, 0L);
        foreach (var pixel in pixels)
        {
            var (y, x) = Math.DivRem(pixel, Canvas.Side);
            (Left, Top, Right, Bottom) = (Math.Min(Left, x), Math.Min(Top, y), Math.Max(Right, x + 1), Math.Max(Bottom, y + 1));
            (sumX, sumY) = (sumX + x, sumY + y);
        }

        (CentreX, CentreY) = (((double)sumX / pixels.Count) + 0.5, ((double)sumY / pixels.Count) + 0.5);
    }

    /// <summary>Positions on the canvas.</summary>
    public IReadOnlyList<int> Pixels { get; }

    public int Left { get; }

    public int Top { get; }

    /// <summary>One past its last column.</summary>
    public int Right { get; }

    /// <summary>One past its last row.</summary>
    public int Bottom { get; }

    /// <summary>Its middle, in pixels from the left edge.</summary>
    public double CentreX { get; }

    /// <summary>Its middle, in pixels from the top edge.</summary>
    public double CentreY { get; }

    /// <summary>The longer side of the smallest upright rectangle around it.</summary>
    public int Extent => Math.Max(Right - Left, Bottom - Top);
}
