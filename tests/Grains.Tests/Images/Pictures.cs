using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>Pictures as files.</summary>
internal static class Pictures
{
    /// <summary>A PNG of random colours.</summary>
    public static byte[] Png(int seed, int width = 40, int height = 50)
    {
        var pixels = new byte[3 * width * height];
        new Random(seed).NextBytes(pixels);
        return Png(pixels, width, height);
    }

    /// <summary>A PNG of these pixels.</summary>
    public static byte[] Png(byte[] pixels, int width, int height) => ImageProcessor.EncodePng(new RgbImage(width, height, pixels));

    /// <summary>What is said of a file.</summary>
    public static ImageInfo Info(byte[] file, string tenant = "acme", int width = 40, int height = 50) =>
        new(ImageHash.ToId(tenant, file), "image/png", width, height, file.Length, DateTimeOffset.UnixEpoch);
}
