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
    [Alias("Encode")]
    Task<PyramidDescriptor> EncodeAsync(ImageId image, Immutable<byte[]> bytes, CancellationToken cancellation = default);

    /// <summary>One piece of an encoded image; null where it has been evicted.</summary>
    [Alias("Piece")]
    Task<Immutable<byte[]>?> ReadPieceAsync(ImageId image, int piece);
}
