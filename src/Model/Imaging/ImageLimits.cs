namespace MmiGrains.Model.Imaging;

/// <summary>What an image from outside may cost. Sizes are read from the header and checked before any pixel has memory.</summary>
public sealed record ImageLimits
{
    /// <summary>Length of the encoded file.</summary>
    public int MaxBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>Width, and height, in pixels.</summary>
    public int MaxSide { get; init; } = 16384;

    /// <summary>Width times height; decoding takes about seven bytes for each.</summary>
    public int MaxPixels { get; init; } = 50_000_000;

    /// <summary>Longer side once the shorter one has been resized to the network's resolution; bounds the aspect ratio.</summary>
    public int MaxResizedSide { get; init; } = 16384;

    internal void CheckLength(long bytes)
    {
        if (bytes == 0)
        {
            throw new ImageInputException("The image is empty: it has 0 bytes.");
        }

        if (bytes > MaxBytes)
        {
            throw new ImageInputException($"The image's length is more than the limit of {MaxBytes} bytes: it has {bytes}.");
        }
    }

    internal void CheckSize(long width, long height)
    {
        if (width <= 0 || height <= 0)
        {
            throw new ImageInputException($"The image's size is {width} x {height} pixels, and each side must be at least 1.");
        }

        CheckSide("width", width);
        CheckSide("height", height);

        // Four bytes a pixel must fit one span, whatever the option says.
        var most = Math.Min(MaxPixels, Array.MaxLength / 4);
        if (width * height > most)
        {
            throw new ImageInputException(
                $"The image has {width} x {height} = {width * height} pixels, more than the limit of {most}.");
        }
    }

    internal void CheckResized(RgbImage image, int resolution, double longerSide)
    {
        if (longerSide > MaxResizedSide)
        {
            var ratio = (double)Math.Max(image.Width, image.Height) / Math.Min(image.Width, image.Height);
            throw new ImageInputException(
                $"The image's aspect ratio is {ratio:0.#} to 1 ({image.Width} x {image.Height} pixels): with its shorter side at "
                + $"{resolution} pixels the longer would have {longerSide:0}, more than the limit of {MaxResizedSide}.");
        }
    }

    private void CheckSide(string name, long pixels)
    {
        if (pixels > MaxSide)
        {
            throw new ImageInputException($"The image's {name} is {pixels} pixels, more than the limit of {MaxSide}.");
        }
    }
}
