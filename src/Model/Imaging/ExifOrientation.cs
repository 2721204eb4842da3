using System.Runtime.InteropServices;

namespace MmiGrains.Model.Imaging;

/// <summary>Turns stored pixels upright, by the eight values of EXIF tag 0x0112.</summary>
internal static class ExifOrientation
{
    public const int Upright = 1;

    /// <summary>The picture as it is meant to be seen. Values outside 1 to 8 mean nothing and change nothing.</summary>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is <= Upright or > 8)
        {
            return image;
        }

        var (width, height) = (image.Width, image.Height);
        var last = (width * height) - 1;

        // Each value is a walk over the stored pixels: where it starts, and its steps to the right and down in the upright picture.
        var (start, right, down) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => (last, -1, -width),
            4 => (last - width + 1, 1, -width),
            5 => (0, width, 1),
            6 => (last - width + 1, -width, 1),
            7 => (last, -width, -1),
            _ => (width - 1, width, -1),
        };
        return orientation < 5 ? Walk(image, width, height, start, right, down) : Walk(image, height, width, start, right, down);
    }

    private static RgbImage Walk(RgbImage image, int width, int height, int start, int right, int down)
    {
        var turned = new byte[image.Pixels.Length];
        var from = MemoryMarshal.Cast<byte, Pixel>(image.Pixels);
        var to = MemoryMarshal.Cast<byte, Pixel>(turned.AsSpan());
        for (var y = 0; y < height; y++)
        {
            var source = start + (y * down);
            foreach (ref var pixel in to.Slice(y * width, width))
            {
                pixel = from[source];
                source += right;
            }
        }

        return new RgbImage(width, height, turned);
    }

    [StructLayout(LayoutKind.Sequential, Size = 3)]
    private readonly record struct Pixel(byte Red, byte Green, byte Blue);
}
