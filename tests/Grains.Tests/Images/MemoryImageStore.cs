using System.Collections.Concurrent;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>A store that lasts as long as a test.</summary>
internal sealed class MemoryImageStore : IImageStore
{
    private readonly ConcurrentDictionary<ImageId, (ImageInfo Info, byte[] Bytes)> _images = [];

    public Task<ImageInfo> PutAsync(ImageInfo info, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) =>
        Task.FromResult(_images.GetOrAdd(info.Id, (info, bytes.ToArray())).Info);

    public Task<ImageInfo?> FindAsync(ImageId image, CancellationToken cancellation = default) =>
        Task.FromResult(_images.TryGetValue(image, out var found) ? found.Info : null);

    public Task<byte[]?> ReadAsync(ImageId image, CancellationToken cancellation = default) =>
        Task.FromResult(_images.TryGetValue(image, out var found) ? found.Bytes : null);

    public Task DeleteAsync(ImageId image, CancellationToken cancellation = default)
    {
        _images.TryRemove(image, out _);
        return Task.CompletedTask;
    }
}
