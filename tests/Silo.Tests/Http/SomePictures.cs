using MmiGrains.Model.Imaging;

namespace MmiGrains.Silo.Tests.Http;

/// <summary>Small picture files.</summary>
internal static class SomePictures
{
    /// <summary>A slope of colours; every seed is another picture.</summary>
    public static byte[] Png(int width = 64, int height = 48, int seed = 0) => ImageProcessor.EncodePng(Draw(width, height, seed));

    public static byte[] Jpeg(int width = 64, int height = 48) => ImageProcessor.EncodeJpeg(Draw(width, height, 1));

    private static RgbImage Draw(int width, int height, int seed) =>
        new(width, height, [.. Enumerable.Range(0, width * height).SelectMany(i => new[] { (byte)(i % width * 255 / width), (byte)(i / width * 255 / height), (byte)seed })]);
}
