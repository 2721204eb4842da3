using Orleans.Concurrency;

namespace MmiGrains.Contracts.Images;

/// <summary>
/// One image, found by its content; the key is an <see cref="ImageId"/>'s text. Its original bytes are durable; its feature pyramid is state in native memory that is
/// encoded once, however many ask, and can be lost and made again.
/// </summary>
[Alias("mmi.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>Stores the bytes, if they are not stored already.</summary>
    /// <param name="bytes">The original file; their SHA-256 is the grain's key.</param>
    /// <param name="info">What a decoder found them to be.</param>
    /// <exception cref="Errors.InvalidImageException">The bytes, or what is said of them, are another image's.</exception>
    [Alias("Put")]
    Task<ImageInfo> PutAsync(Immutable<byte[]> bytes, ImageInfo info);

    /// <summary>What it is; null where there is no such image.</summary>
    [Alias("Describe")]
    Task<ImageInfo?> DescribeAsync();

    /// <summary>The original bytes.</summary>
    /// <exception cref="Errors.ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="Errors.ImageDamagedException">The store no longer has what was put.</exception>
    [Alias("Read")]
    Task<Immutable<byte[]>> ReadAsync();

    /// <summary>Encodes it, unless that is done, and tells how to fetch the features.</summary>
    /// <param name="encoder">Whose features: the model's hash and what else decides over them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Errors.ImageNotFoundException">There is no such image.</exception>
    /// <exception cref="Errors.CapacityExceededException">Too many images wait for the encoder.</exception>
    /// <exception cref="Errors.WorkerUnavailableException">Nobody encodes images for that model now.</exception>
    [Alias("Features")]
    Task<PyramidDescriptor> GetFeaturesAsync(string encoder, CancellationToken cancellation = default);

    /// <summary>One piece of the features; encodes anew what has been evicted.</summary>
    /// <param name="encoder">Whose features.</param>
    /// <param name="piece">From 0.</param>
    /// <param name="cancellation">Gives up.</param>
    [Alias("Piece")]
    Task<Immutable<byte[]>> ReadPieceAsync(string encoder, int piece, CancellationToken cancellation = default);

    /// <summary>Forgets the image, its bytes and its features.</summary>
    [Alias("Delete")]
    Task DeleteAsync();
}
