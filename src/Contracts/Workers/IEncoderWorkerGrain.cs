using MmiGrains.Contracts.Images;
using Orleans.Concurrency;

namespace MmiGrains.Contracts.Workers;

/// <summary>A device that encodes images; the key is the silo's address, '/', the device. It is never reborn elsewhere: if its silo is gone, calls fail.</summary>
[Alias("mmi.IEncoderWorkerGrain")]
public interface IEncoderWorkerGrain : IGrainWithStringKey
{
    /// <summary>Encodes an image into its silo's memory, unless it is there, and tells how to fetch it.</summary>
    /// <param name="image">Which.</param>
    /// <param name="bytes">The original bytes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="Errors.CapacityExceededException">Too many wait.</exception>
    /// <exception cref="Errors.InvalidImageException">The bytes cannot be decoded.</exception>
    [Alias("Encode")]
    Task<PyramidDescriptor> EncodeAsync(ImageId image, Immutable<byte[]> bytes, CancellationToken cancellation = default);

    /// <summary>How to fetch an image that is encoded already; null where it is not, or was evicted.</summary>
    [Alias("Find")]
    Task<PyramidDescriptor?> FindAsync(ImageId image);

    /// <summary>One piece of an encoded image; null where it has been evicted.</summary>
    [Alias("Piece")]
    Task<Immutable<byte[]>?> ReadPieceAsync(ImageId image, int piece);

    /// <summary>Forgets an image that was deleted.</summary>
    [Alias("Forget")]
    Task ForgetAsync(ImageId image);
}
