using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;
using MmiGrains.Model.Imaging;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Streaming;
using Orleans.Concurrency;

namespace MmiGrains.Silo.Http.Images;

/// <summary>Images as a frontend takes them in and hands them out: it looks at the pixels before anything is stored.</summary>
/// <param name="grains">The cluster.</param>
/// <param name="decoder">Decodes files.</param>
internal sealed class Pictures(IGrainFactory grains, IPictureDecoder decoder)
{
    /// <summary>Bytes of an image, at most.</summary>
    public static readonly int MostBytes = new ImageLimits().MaxBytes;

    private const double MostNarrow = 64; // longer side to shorter: what a network of 224 pixels can still be shown
    private const int ThumbnailQuality = 88;

    /// <summary>Stores an image.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="bytes">A JPEG, PNG, WebP, GIF or BMP file.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ImageInputException">The bytes are not an image, or over a limit.</exception>
    /// <exception cref="ApiException">The image is too narrow for the network.</exception>
    public async Task<ImageInfo> PutAsync(string tenant, byte[] bytes, CancellationToken cancellation)
    {
        var (width, height) = await decoder.CheckAsync(bytes, cancellation);
        var narrow = (double)Math.Max(width, height) / Math.Min(width, height);
        if (narrow > MostNarrow)
        {
            throw ApiError.Invalid(
                "image_too_narrow", "image", $"The image's longer side may be {MostNarrow} times its shorter; it is {narrow:0.#} times ({width} x {height} pixels).").ToException();
        }

        var id = ImageHash.ToId(tenant, bytes);
        var info = new ImageInfo(id, MediaTypes.Of(bytes), width, height, bytes.Length, DateTimeOffset.UtcNow);
        return await Patience.CallAsync(() => Grain(id).PutAsync(bytes.AsImmutable(), info), cancellation);
    }

    /// <summary>The original bytes.</summary>
    /// <exception cref="Contracts.Errors.ImageNotFoundException">There is no such image.</exception>
    public async Task<byte[]> ReadAsync(ImageId image, CancellationToken cancellation) =>
        (await Patience.CallAsync(Grain(image).ReadAsync, cancellation)).Value;

    /// <summary>A JPEG no larger than a side.</summary>
    /// <exception cref="Contracts.Errors.ImageNotFoundException">There is no such image.</exception>
    public async Task<byte[]> ThumbnailAsync(ImageId image, int side, CancellationToken cancellation)
    {
        var picture = await decoder.FitAsync(await ReadAsync(image, cancellation), side, cancellation);
        return await Task.Run(() => ImageProcessor.EncodeJpeg(picture, ThumbnailQuality), cancellation);
    }

    private IImageGrain Grain(ImageId image) => grains.GetGrain<IImageGrain>(image.ToString());
}
