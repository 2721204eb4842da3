using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Data.Pictures;

/// <summary>What is taken from a stored picture.</summary>
public sealed record ImageView
{
    private static readonly ImageProcessor Processor = new();

    /// <summary>How it becomes a square.</summary>
    public ImageFit Fit { get; init; }

    /// <summary>Whether it is a map of class numbers in grey, to be shown as one colour per class.</summary>
    public bool ColorsClasses { get; init; }

    /// <summary>Whether it is a strip of square frames, one below the other, of which <see cref="FrameDraw"/> chooses one.</summary>
    public bool IsStrip { get; init; }

    /// <summary>Chooses among frames, however many there are: this number modulo their count.</summary>
    public int FrameDraw { get; init; }

    /// <summary>The picture at side x side pixels.</summary>
    /// <exception cref="ImageInputException">It is too long and narrow, or no strip of frames.</exception>
    public RgbImage Apply(RgbImage image, int side)
    {
        image = IsStrip ? Frame(image) : image;
        image = ColorsClasses ? ClassColors.Paint(image) : image;
        return Fit == ImageFit.Stretch ? Processor.Stretch(image, side) : Processor.CenterCrop(image, side);
    }

    private RgbImage Frame(RgbImage strip)
    {
        var (count, rest) = Math.DivRem(strip.Height, strip.Width);
        if (count == 0 || rest > 0)
        {
            throw new ImageInputException($"A picture of {strip.Width} x {strip.Height} pixels is no strip of square frames.");
        }

        var length = strip.Stride * strip.Width;
        return new RgbImage(strip.Width, strip.Width, strip.Pixels.Slice(FrameDraw % count * length, length).ToArray());
    }
}
