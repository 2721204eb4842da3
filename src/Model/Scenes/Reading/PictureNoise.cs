using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>Noise for pictures that a reader is tried on.</summary>
public static class PictureNoise
{
    private const double UnitsPerStep = 1.0 / (1L << 53);

    /// <summary>The picture with normally distributed noise on every channel, the same whenever it is asked for.</summary>
    /// <param name="deviation">The standard deviation, of 255.</param>
    public static RgbImage Add(RgbImage picture, double deviation, SceneRandom random)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegative(deviation);
        var pixels = picture.Pixels.ToArray();
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)Math.Clamp(Math.Round(pixels[i] + (deviation * Normal(random))), 0, byte.MaxValue);
        }

        return new RgbImage(picture.Width, picture.Height, pixels);
    }

    // Box and Muller (1958).
    private static double Normal(SceneRandom random) => Math.Sqrt(-2 * Math.Log(1 - Uniform(random))) * Math.Cos(2 * Math.PI * Uniform(random));

    // From 0 to less than 1.
    private static double Uniform(SceneRandom random) => (random.Next() >> 11) * UnitsPerStep;
}
