using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;

namespace MmiGrains.Grains.Images;

/// <summary>Where images' original bytes last.</summary>
public interface IImageStore
{
    /// <summary>Stores an image, unless a whole one is there. When this returns it lasts.</summary>
    /// <returns>What is said of it in the store: of one that was there, what was said first.</returns>
    Task<ImageInfo> PutAsync(ImageInfo info, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default);

    /// <summary>What is said of an image; null where there is none.</summary>
    Task<ImageInfo?> FindAsync(ImageId image, CancellationToken cancellation = default);

    /// <summary>An image's bytes, checked against its hash; null where there is none.</summary>
    /// <exception cref="ImageDamagedException">The bytes are gone, or others.</exception>
    Task<byte[]?> ReadAsync(ImageId image, CancellationToken cancellation = default);

    /// <summary>Forgets an image, if there is one.</summary>
    Task DeleteAsync(ImageId image, CancellationToken cancellation = default);
}
