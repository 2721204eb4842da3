namespace MmiGrains.Model.Imaging;

/// <summary>Resizing that equals Pillow's to the byte: rows first, then columns, rounded to 8 bits in between.</summary>
internal static class Resampling
{
    private static readonly IResamplingPasses Fastest = Avx2Resampling.IsSupported ? new Avx2Resampling() : new ScalarResampling();

    /// <summary>The whole picture at another size.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, ResamplingFilter filter) =>
        Resize(image, width, height, new Window(0, 0, width, height), filter, Fastest);

    /// <summary>The part <paramref name="window"/> of the picture at another size; what lies outside is never computed.</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, Window window, ResamplingFilter filter) =>
        Resize(image, width, height, window, filter, Fastest);

    internal static RgbImage Resize(
        RgbImage image, int width, int height, Window window, ResamplingFilter filter, IResamplingPasses passes)
    {
        var across = FilterTaps.Compute(image.Width, width, window.Left, window.Width, filter);
        var down = FilterTaps.Compute(image.Height, height, window.Top, window.Height, filter);
        var rows = down.EndSource - down.FirstSource;
        var pixels = image.Pixels.Slice(down.FirstSource * image.Stride, rows * image.Stride);
        var stride = 3 * window.Width;

        // A pass that keeps its side's length changes no byte, so it is left out, as Pillow does.
        if (window.Width != image.Width || width != image.Width)
        {
            var narrowed = GC.AllocateUninitializedArray<byte>(rows * stride);
            passes.Horizontal(pixels, image.Stride, rows, across, narrowed);
            pixels = narrowed;
        }

        if (window.Height == image.Height && height == image.Height)
        {
            return new RgbImage(window.Width, window.Height, pixels.ToArray());
        }

        var resized = GC.AllocateUninitializedArray<byte>(window.Height * stride);
        passes.Vertical(pixels, stride, down, resized);
        return new RgbImage(window.Width, window.Height, resized);
    }

    /// <summary>A rectangle of the resized picture, in pixels.</summary>
    internal readonly record struct Window(int Left, int Top, int Width, int Height);
}
