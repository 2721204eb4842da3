using MmiGrains.Model.Imaging;
using MmiGrains.Model.Scenes;
using MmiGrains.Model.Scenes.Reading;

namespace MmiGrains.Model.Tests.Scenes.Reading;

/// <summary>What happens to pictures that a model paints.</summary>
internal static class Spoiling
{
    /// <summary>A picture of a function from x and y, in pixels, to a colour.</summary>
    public static RgbImage Picture(int side, Func<int, int, Rgb> colour)
    {
        var pixels = new byte[3 * side * side];
        for (var i = 0; i < side * side; i++)
        {
            (pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]) = colour(i % side, i / side);
        }

        return new RgbImage(side, side, pixels);
    }

    public static RgbImage Noisy(RgbImage picture, double deviation, long seed) => PictureNoise.Add(picture, deviation, new SceneRandom(seed));

    /// <summary>Blurred by a Gaussian.</summary>
    public static RgbImage Blurred(RgbImage picture, double deviation)
    {
        const int reach = 3;
        var weights = Enumerable.Range(-reach, (2 * reach) + 1).Select(step => Math.Exp(-step * step / (2 * deviation * deviation))).ToArray();
        return Along(Along(picture, 1, 0), 0, 1);

        RgbImage Along(RgbImage source, int stepX, int stepY) => Picture(source.Width, (x, y) =>
        {
            var sum = new double[3];
            for (var i = 0; i < weights.Length; i++)
            {
                var (red, green, blue) = At(source, x + (stepX * (i - reach)), y + (stepY * (i - reach)));
                sum = [sum[0] + (weights[i] * red), sum[1] + (weights[i] * green), sum[2] + (weights[i] * blue)];
            }

            var whole = weights.Sum();
            return new Rgb(Byte(sum[0] / whole), Byte(sum[1] / whole), Byte(sum[2] / whole));
        });
    }

    /// <summary>Moved, with the edges repeated.</summary>
    public static RgbImage Shifted(RgbImage picture, int right, int down) =>
        Picture(picture.Width, (x, y) => At(picture, x - right, y - down));

    /// <summary>Every pixel brighter or darker by so much in each channel.</summary>
    public static RgbImage Tinted(RgbImage picture, int red, int green, int blue) => Picture(picture.Width, (x, y) =>
    {
        var pixel = At(picture, x, y);
        return new Rgb(Byte(pixel.Red + red), Byte(pixel.Green + green), Byte(pixel.Blue + blue));
    });

    /// <summary>Pixels of any colour at random places.</summary>
    public static RgbImage Specked(RgbImage picture, int count, long seed)
    {
        var random = new SceneRandom(seed);
        var specks = Enumerable.Range(0, count).ToDictionary(
            speck => (speck * 347) + random.Next(347) is var place && place < picture.Width * picture.Height ? place : speck,
            _ => new Rgb((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)));
        return Picture(picture.Width, (x, y) => specks.TryGetValue((y * picture.Width) + x, out var speck) ? speck : At(picture, x, y));
    }

    public static Rgb At(RgbImage picture, int x, int y)
    {
        var pixel = picture.Row(Math.Clamp(y, 0, picture.Height - 1)).Slice(3 * Math.Clamp(x, 0, picture.Width - 1), 3);
        return new Rgb(pixel[0], pixel[1], pixel[2]);
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
