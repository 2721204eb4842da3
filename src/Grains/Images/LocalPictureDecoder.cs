using MmiGrains.Model.Imaging;

namespace MmiGrains.Grains.Images;

/// <summary>Decodes in this process, a few at a time: a large picture takes 350 MB on its way.</summary>
public sealed class LocalPictureDecoder : IPictureDecoder
{
    private readonly ImageProcessor _processor = new();
    private readonly SemaphoreSlim _decoding = new(Environment.ProcessorCount);

    /// <inheritdoc/>
    public Task<(int Width, int Height)> CheckAsync(byte[] file, CancellationToken cancellation = default) =>
        RunAsync(file, image => (image.Width, image.Height), cancellation);

    /// <inheritdoc/>
    public Task<RgbImage> CropAsync(byte[] file, int resolution, CancellationToken cancellation = default) =>
        RunAsync(file, image => _processor.CenterCrop(image, resolution), cancellation);

    /// <inheritdoc/>
    public Task<RgbImage> FitAsync(byte[] file, int side, CancellationToken cancellation = default) =>
        RunAsync(file, image => ImageProcessor.Fit(image, side), cancellation);

    private async Task<T> RunAsync<T>(byte[] file, Func<RgbImage, T> use, CancellationToken cancellation)
    {
        await _decoding.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => use(_processor.Decode(file, DecodePolicy.ForUsers)), cancellation);
        }
        finally
        {
            _decoding.Release();
        }
    }
}
