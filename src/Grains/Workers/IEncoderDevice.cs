using MmiGrains.Contracts.Images;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Imaging;

namespace MmiGrains.Grains.Workers;

/// <summary>A device of this silo that encodes images; the silo's host offers one service for each.</summary>
public interface IEncoderDevice
{
    /// <summary>Unique on the silo; the second half of its worker's key.</summary>
    string Name { get; }

    /// <summary>Whose features these are: <see cref="EncoderIdentity"/>.</summary>
    string Encoder { get; }

    /// <summary>Bytes of a piece.</summary>
    int PieceBytes { get; }

    /// <summary>An image's features, encoded once however many ask, and kept in the silo's cache.</summary>
    /// <exception cref="CapacityException">Too many wait, or those that are being read leave no room for its features.</exception>
    /// <exception cref="ImageInputException">The bytes cannot be decoded.</exception>
    Task<FeatureLease> EncodeAsync(ImageId image, byte[] bytes, CancellationToken cancellation = default);

    /// <summary>What the silo's cache still has; null where it was evicted.</summary>
    FeatureLease? Find(ImageId image);

    /// <summary>Forgets an image.</summary>
    void Forget(ImageId image);
}
