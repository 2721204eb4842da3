namespace MmiGrains.Model.Imaging;

/// <summary>A picture of 8-bit RGB pixels, rows from the top, no padding. Nobody writes to it once it is made.</summary>
public sealed class RgbImage
{
    private readonly byte[] _pixels;

    /// <summary>Takes <paramref name="pixels"/> over without copying them: width x height x 3 bytes.</summary>
    /// <exception cref="ArgumentException">A side is not positive, or the pixels do not fill the sides exactly.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != 3L * width * height)
        {
            throw new ArgumentException(
                $"A {width} x {height} picture takes {3L * width * height} bytes, not {pixels.LongLength}.", nameof(pixels));
        }

        (Width, Height, _pixels) = (width, height, pixels);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Bytes of one row.</summary>
    public int Stride => 3 * Width;

    public ReadOnlySpan<byte> Pixels => _pixels;

    public ReadOnlySpan<byte> Row(int y) => Pixels.Slice(y * Stride, Stride);
}
