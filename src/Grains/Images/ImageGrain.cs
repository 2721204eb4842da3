using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Images;

/// <summary>
/// One image. It lives on a silo that encodes, always the same while the silos stay, so that its features stay where they are. What it knows the store and
/// the encoder's cache know too: unasked for, it goes soon, since there may be very many.
/// </summary>
[RolePlacement(WorkerRole.Encoder, isStable: true), Immovable, Reentrant, CollectionAgeLimit(Minutes = 2)]
public sealed class ImageGrain : Grain, IImageGrain
{
    private readonly IImageStore _store;
    private readonly ImageId _id;
    private readonly EncoderChoice _encoders;
    private readonly Dictionary<string, ImageEncoding> _encodings = []; // by encoder
    private readonly SemaphoreSlim _changing = new(1); // a put or a delete, one at a time
    private ImageInfo? _info;
    private int _life; // changes with every delete: what was read before it is not kept after it

    /// <param name="store">Where the bytes last.</param>
    /// <param name="encoders">Who encodes.</param>
    public ImageGrain(IImageStore store, EncoderChoice encoders)
    {
        (_store, _encoders, _id) = (store, encoders, ImageId.Parse(this.GetPrimaryKeyString()));
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> PutAsync(Immutable<byte[]> bytes, ImageInfo info)
    {
        await CheckAsync(bytes.Value, info);
        await _changing.WaitAsync();
        try
        {
            return _info ??= await _store.PutAsync(info, bytes.Value);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ImageInfo?> DescribeAsync()
    {
        if (_info is null)
        {
            var life = _life;
            var found = await _store.FindAsync(_id);
            _info = life == _life ? _info ?? found : _info;
        }

        return _info;
    }

    /// <inheritdoc/>
    public async Task<Immutable<byte[]>> ReadAsync() => (await ReadBytesAsync()).AsImmutable();

    /// <inheritdoc/>
    public async Task<PyramidDescriptor> GetFeaturesAsync(string encoder, CancellationToken cancellation = default) =>
        await WhileThereAsync(() => Encoding(encoder).GetAsync(cancellation));

    /// <inheritdoc/>
    public async Task<Immutable<byte[]>> ReadPieceAsync(string encoder, int piece, CancellationToken cancellation = default) =>
        await WhileThereAsync(() => Encoding(encoder).ReadPieceAsync(piece, cancellation));

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        await _changing.WaitAsync();
        try
        {
            await _store.DeleteAsync(_id);
            _life++;
            _info = null;
            await ForgetAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    private ImageEncoding Encoding(string encoder)
    {
        if (!_encodings.TryGetValue(encoder, out var encoding))
        {
            _encodings[encoder] = encoding = new ImageEncoding(_id, encoder, _encoders, ReadBytesAsync);
        }

        return encoding;
    }

    private async Task ForgetAsync()
    {
        _encoders.Forget(_id);
        await Task.WhenAll(_encodings.Values.Select(encoding => encoding.ForgetAsync()));
    }

    private async Task<T> WhileThereAsync<T>(Func<Task<T>> read)
    {
        _ = await DescribeAsync() ?? throw new ImageNotFoundException(_id.ToString());
        var life = _life;
        var result = await read();
        if (life != _life)
        {
            await ForgetAsync();
            throw new ImageNotFoundException(_id.ToString());
        }

        return result;
    }

    private async Task<byte[]> ReadBytesAsync()
    {
        try
        {
            return await _store.ReadAsync(_id) ?? throw new ImageNotFoundException(_id.ToString());
        }
        catch (ImageDamagedException)
        {
            _info = null; // a put asks the store again, and repairs
            throw;
        }
    }

    private async Task CheckAsync(byte[] bytes, ImageInfo info)
    {
        var hash = await Task.Run(() => ImageHash.Of(bytes));
        if (hash != _id.Hash)
        {
            throw new InvalidImageException("image_hash_mismatch", $"The bytes are not the image '{_id}': the SHA-256 of these {bytes.Length} is {hash}.");
        }

        if (info.Id != _id || info.ByteCount != bytes.Length || info.Width < 1 || info.Height < 1)
        {
            throw new InvalidImageException(
                "image_info_mismatch", $"What is said of the image '{_id}' is not true: '{info.Id}', {info.ByteCount} bytes of {bytes.Length}, {info.Width} x {info.Height} pixels.");
        }
    }
}
