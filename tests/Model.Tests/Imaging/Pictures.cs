using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Tests.Imaging;

/// <summary>Pictures to test with, and their comparison.</summary>
internal static class Pictures
{
    public static RgbImage Noise(int width, int height, int seed = 1)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return new RgbImage(width, height, pixels);
    }

    /// <summary>Smooth colours with edges, which survive JPEG nearly unchanged.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < width * height; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            pixels[3 * i] = (byte)(255 * x / width);
            pixels[(3 * i) + 1] = (byte)(255 * y / height);
            pixels[(3 * i) + 2] = (byte)(x + y < (width + height) / 2 ? 40 : 200);
        }

        return new RgbImage(width, height, pixels);
    }

    public static (byte Red, byte Green, byte Blue) At(this RgbImage image, int x, int y)
    {
        var pixel = image.Row(y).Slice(3 * x, 3);
        return (pixel[0], pixel[1], pixel[2]);
    }

    public static void AssertEqual(RgbImage expected, RgbImage actual, int tolerance = 0)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        for (var i = 0; i < expected.Pixels.Length; i++)
        {
            if (Math.Abs(expected.Pixels[i] - actual.Pixels[i]) > tolerance)
            {
                var (y, inRow) = Math.DivRem(i, expected.Stride);
                Assert.Fail(
                    $"Channel {inRow % 3} at ({inRow / 3}, {y}) is {actual.Pixels[i]}, not {expected.Pixels[i]} within {tolerance}.");
            }
        }
    }
}
