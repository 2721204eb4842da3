namespace MmiGrains.Model.Imaging;

/// <summary>A picture while it is put together; what reaches beyond its edges is cut off.</summary>
internal sealed class PixelCanvas
{
    private readonly byte[] _pixels;

    public PixelCanvas(int width, int height, (byte Red, byte Green, byte Blue) colour)
    {
        (Width, Height) = (width, height);
        _pixels = new byte[3 * width * height];
        Fill(0, 0, width, height, colour);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>What has been drawn; nothing may be drawn after it.</summary>
    public RgbImage ToImage() => new(Width, Height, _pixels);

    public void Fill(int left, int top, int width, int height, (byte Red, byte Green, byte Blue) colour)
    {
        for (var y = Math.Max(top, 0); y < Math.Min(top + height, Height); y++)
        {
            for (var x = Math.Max(left, 0); x < Math.Min(left + width, Width); x++)
            {
                var at = 3 * ((y * Width) + x);
                (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = colour;
            }
        }
    }

    /// <summary>Draws a picture with every pixel as a square of so many.</summary>
    public void Draw(RgbImage image, int left, int top, int zoom)
    {
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            for (var x = 0; x < image.Width; x++)
            {
                Fill(left + (x * zoom), top + (y * zoom), zoom, zoom, (row[3 * x], row[(3 * x) + 1], row[(3 * x) + 2]));
            }
        }
    }

    /// <summary>Writes one line in <see cref="PixelFont"/>.</summary>
    public void Write(string text, int left, int top, (byte Red, byte Green, byte Blue) colour)
    {
        foreach (var character in text)
        {
            foreach (var column in PixelFont.Glyph(character))
            {
                for (var (bits, y) = (column, top); bits != 0; bits >>= 1, y++)
                {
                    if ((bits & 1) != 0)
                    {
                        Fill(left, y, 1, 1, colour);
                    }
                }

                left++;
            }

            left++;
        }
    }
}
