using MmiGrains.Model.Data;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Model.Evaluation;

/// <summary>A picture that the model painted, as part of what it reads next.</summary>
/// <param name="Picture">The picture.</param>
internal sealed record PaintedImage(RgbImage Picture) : ISampleImage
{
    private static readonly ImageProcessor Processor = new();

    public RgbImage Load(int side) => Picture.Width == side && Picture.Height == side ? Picture : Processor.Stretch(Picture, side);
}
