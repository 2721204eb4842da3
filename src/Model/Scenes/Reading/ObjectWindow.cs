using System.Numerics;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>The part of a picture around one blob.</summary>
internal sealed class ObjectWindow
{
    private const int Margin = 2;

    private readonly double _noise;

    /// <param name="owners">For every pixel of the canvas the blob it belongs to, null for background.</param>
    public ObjectWindow(Canvas canvas, Backdrop backdrop, Blob?[] owners, Blob blob)
    {
        (Blob, _noise) = (blob, backdrop.Noise);
        (Left, Top) = (Math.Max(blob.Left - Margin, 0), Math.Max(blob.Top - Margin, 0));
        Width = Math.Min(blob.Right + Margin, Canvas.Side) - Left;
        Height = Math.Min(blob.Bottom + Margin, Canvas.Side) - Top;
        Pixels = new Vector3[Width * Height];
        Behind = new Vector3[Width * Height];
        Counts = new bool[Width * Height];
        for (var i = 0; i < Pixels.Length; i++)
        {
            var (x, y) = (Left + (i % Width), Top + (i / Width));
            var pixel = (y * Canvas.Side) + x;
            (Pixels[i], Behind[i]) = (canvas.Pixels[pixel], backdrop.Colours[pixel]);
            Counts[i] = owners[pixel] == blob || (!backdrop.IsForeground[pixel] && !TouchesAnother(owners, blob, x, y));
        }
    }

    public Blob Blob { get; }

    /// <summary>How much of the squared distances between a drawing and the picture is no more than its noise.</summary>
    public double Noise => _noise * Counts.Count(counts => counts);

    /// <summary>Its first column on the canvas.</summary>
    public int Left { get; }

    /// <summary>Its first row on the canvas.</summary>
    public int Top { get; }

    public int Width { get; }

    public int Height { get; }

    /// <summary>What it shows, rows from the top.</summary>
    public Vector3[] Pixels { get; }

    /// <summary>What the background shows there.</summary>
    public Vector3[] Behind { get; }

    /// <summary>Which pixels say something about the object: not those of other objects, of specks, or beside other objects.</summary>
    public bool[] Counts { get; }

    private static bool TouchesAnother(Blob?[] owners, Blob blob, int x, int y)
    {
        for (var nextY = Math.Max(y - 1, 0); nextY <= Math.Min(y + 1, Canvas.Side - 1); nextY++)
        {
            for (var nextX = Math.Max(x - 1, 0); nextX <= Math.Min(x + 1, Canvas.Side - 1); nextX++)
            {
                if (owners[(nextY * Canvas.Side) + nextX] is { } owner && owner != blob)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
