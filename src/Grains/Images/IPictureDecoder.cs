using MmiGrains.Model.Imaging;

namespace MmiGrains.Grains.Images;

/// <summary>Decodes files that came from outside, upright and on white, as people see them.</summary>
public interface IPictureDecoder
{
    /// <summary>Decodes a file whole and tells its sides.</summary>
    /// <exception cref="ImageInputException">Not an image, damaged, or over a limit.</exception>
    Task<(int Width, int Height)> CheckAsync(byte[] file, CancellationToken cancellation = default);

    /// <summary>The middle square at resolution x resolution.</summary>
    /// <exception cref="ImageInputException">Not an image, damaged, or over a limit.</exception>
    Task<RgbImage> CropAsync(byte[] file, int resolution, CancellationToken cancellation = default);

    /// <summary>The whole picture with its longer side at most so many pixels.</summary>
    /// <exception cref="ImageInputException">Not an image, damaged, or over a limit.</exception>
    Task<RgbImage> FitAsync(byte[] file, int side, CancellationToken cancellation = default);
}
