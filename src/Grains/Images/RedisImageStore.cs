using System.Globalization;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Images;

/// <summary>
/// Images in a store that speaks Redis: the bytes as one value, and what is said of them as a hash, which is written after them and deleted before them, so
/// that what is announced is whole.
/// </summary>
/// <param name="connection">The store.</param>
/// <param name="prefix">What the cluster's keys begin with.</param>
/// <param name="flush">Waits until what was written lasts; null where an answer says so.</param>
public sealed class RedisImageStore(IConnectionMultiplexer connection, string prefix, Func<CancellationToken, Task>? flush = null) : IImageStore
{
    private const string Version = "1";

    private readonly IDatabase _database = connection.GetDatabase();

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(ImageInfo info, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        var known = await FindAsync(info.Id, cancellation);
        if (known is not null && await IsWholeAsync(info.Id, cancellation))
        {
            return known;
        }

        await AskAsync(info.Id, _database.StringSetAsync(BytesKey(info.Id), bytes), cancellation);
        if (!await IsWholeAsync(info.Id, cancellation))
        {
            throw new ImageDamagedException(info.Id.ToString(), "the store does not give back what was just put");
        }

        await AskAsync(info.Id, _database.HashSetAsync(InfoKey(info.Id), ToHash(info)), cancellation);
        await FlushAsync(cancellation);
        return info;
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> FindAsync(ImageId image, CancellationToken cancellation = default)
    {
        var fields = await AskAsync(image, _database.HashGetAllAsync(InfoKey(image)), cancellation);
        return fields.Length == 0 ? null : FromHash(image, fields);
    }

    /// <inheritdoc/>
    public async Task<byte[]?> ReadAsync(ImageId image, CancellationToken cancellation = default)
    {
        if (await FindAsync(image, cancellation) is null)
        {
            return null;
        }

        var bytes = (byte[]?)await AskAsync(image, _database.StringGetAsync(BytesKey(image)), cancellation)
            ?? throw new ImageDamagedException(image.ToString(), "its bytes are not in the store");
        return ImageHash.Of(bytes) == image.Hash ? bytes
            : throw new ImageDamagedException(image.ToString(), $"the store has {bytes.Length} bytes of another hash");
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(ImageId image, CancellationToken cancellation = default)
    {
        await AskAsync(image, _database.KeyDeleteAsync(InfoKey(image)), cancellation);
        await AskAsync(image, _database.KeyDeleteAsync(BytesKey(image)), cancellation);
        await FlushAsync(cancellation);
    }

    private async Task<bool> IsWholeAsync(ImageId image, CancellationToken cancellation) =>
        (byte[]?)await AskAsync(image, _database.StringGetAsync(BytesKey(image)), cancellation) is { } bytes && ImageHash.Of(bytes) == image.Hash;

    private async Task FlushAsync(CancellationToken cancellation)
    {
        if (flush is not null)
        {
            await flush(cancellation);
        }
    }

    private static async Task<T> AskAsync<T>(ImageId image, Task<T> command, CancellationToken cancellation)
    {
        try
        {
            return await command.WaitAsync(cancellation);
        }
        catch (Exception problem) when (StoreCommand.IsUnconfirmed(problem) && !(problem is OperationCanceledException && cancellation.IsCancellationRequested))
        {
            // The client's own exceptions do not travel between silos.
            throw StoreException.SaysDiskFull(problem.Message) ? new StorageFullException()
                : new IOException($"The store did not confirm a command for the image '{image}': {problem.Message}");
        }
    }

    private static async Task AskAsync(ImageId image, Task command, CancellationToken cancellation) =>
        await AskAsync(image, Wrap(command), cancellation);

    private static async Task<bool> Wrap(Task command)
    {
        await command;
        return true;
    }

    private static HashEntry[] ToHash(ImageInfo info) =>
    [
        new("version", Version), new("media-type", info.MediaType), new("width", info.Width), new("height", info.Height), new("bytes", info.ByteCount),
        new("created", info.Created.ToString("O", CultureInfo.InvariantCulture)),
    ];

    private static ImageInfo FromHash(ImageId image, HashEntry[] fields)
    {
        var values = fields.ToDictionary(field => field.Name.ToString(), field => field.Value);
        try
        {
            return values["version"] == Version
                ? new ImageInfo(
                    image, values["media-type"].ToString(), (int)values["width"], (int)values["height"], (long)values["bytes"],
                    DateTimeOffset.ParseExact(values["created"].ToString(), "O", CultureInfo.InvariantCulture))
                : throw new ImageDamagedException(image.ToString(), $"its record has version '{values["version"]}', not '{Version}'");
        }
        catch (Exception problem) when (problem is KeyNotFoundException or InvalidCastException or FormatException or OverflowException)
        {
            throw new ImageDamagedException(image.ToString(), $"its record cannot be read ({string.Join(", ", values.Keys)})");
        }
    }

    private RedisKey BytesKey(ImageId image) => $"{prefix}:{{{image}}}:bytes";

    private RedisKey InfoKey(ImageId image) => $"{prefix}:{{{image}}}:info";
}
