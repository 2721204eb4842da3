using System.Numerics;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Scenes.Reading;

/// <summary>A picture brought to 64 x 64 pixels, the size in which it is read: one vector of red, green and blue, 0 to 255, per pixel.</summary>
internal sealed class Canvas
{
    public const int Side = (int)ObjectLayout.Side;

    private Canvas(Vector3[] pixels) => Pixels = pixels;

    /// <summary>Rows from the top.</summary>
    public Vector3[] Pixels { get; }

    /// <exception cref="ArgumentException">The picture is not square.</exception>
    public static Canvas From(RgbImage picture)
    {
        if (picture.Width != picture.Height)
        {
            throw new ArgumentException($"A scene's picture is square, not {picture.Width} x {picture.Height}.", nameof(picture));
        }

        var filter = picture.Width > Side ? ResamplingFilter.Box : ResamplingFilter.Bicubic;
        var sized = picture.Width == Side ? picture : Resampling.Resize(picture, Side, Side, filter);
        var pixels = new Vector3[Side * Side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = sized.Pixels.Slice(3 * i, 3);
            pixels[i] = new Vector3(pixel[0], pixel[1], pixel[2]);
        }

        return new Canvas(pixels);
    }
}
