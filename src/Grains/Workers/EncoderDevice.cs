using System.Diagnostics;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Telemetry;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.ImageEncoding;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Grains.Workers;

/// <summary>An encoder engine with what goes before and after it: a file's pixels, and the silo's cache.</summary>
/// <param name="name">Unique on the silo.</param>
/// <param name="encoder">Whose features these are: <see cref="EncoderIdentity"/>.</param>
/// <param name="config">The model's sizes.</param>
/// <param name="engine">The engine, which somebody steps.</param>
/// <param name="options">The engine's.</param>
/// <param name="cache">The silo's.</param>
/// <param name="spill">Where evicted features may be; null for nowhere.</param>
/// <param name="decoder">Decodes files; null for this process.</param>
public sealed class EncoderDevice(
    string name, string encoder, MmInterleavedConfig config, EncoderEngine engine, EncoderOptions options, FeatureCache cache, IPyramidSpill? spill = null,
    IPictureDecoder? decoder = null) : IEncoderDevice
{
    private readonly IPictureDecoder _decoder = decoder ?? new LocalPictureDecoder();
    private readonly long _featureBytes = ImageFeatures.BytesOf(config);
    private int _open;
    private long _encoded;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Encoder => encoder;

    /// <inheritdoc/>
    public int PieceBytes { get; init; } = PyramidDescriptor.LargestPiece;

    /// <summary>Images that wait, are decoded or are encoded.</summary>
    public int OpenCount => Volatile.Read(ref _open);

    /// <summary>Images that were encoded.</summary>
    public long EncodedCount => Interlocked.Read(ref _encoded);

    /// <inheritdoc/>
    public Task<FeatureLease> EncodeAsync(ImageId image, byte[] bytes, CancellationToken cancellation = default) =>
        cache.GetOrAddAsync(Key(image), _featureBytes, token => ProduceAsync(Key(image), bytes, token), cancellation);

    /// <inheritdoc/>
    public FeatureLease? Find(ImageId image) => cache.Find(Key(image));

    /// <inheritdoc/>
    public void Forget(ImageId image)
    {
        cache.Remove(Key(image));
        cache.Remove(FeatureKeys.Copy(encoder, image));
        spill?.Remove(Key(image));
    }

    private string Key(ImageId image) => FeatureKeys.Encoded(encoder, image);

    private async Task<ImageFeatures> ProduceAsync(string key, byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            // Refused before its pixels take memory.
            if (Interlocked.Increment(ref _open) > options.MaxWaiting)
            {
                throw CapacityException.Busy("images", options.MaxWaiting, options.MaxWaiting);
            }

            if (spill is not null && await spill.ReadAsync(key, cancellation) is { } kept)
            {
                MmiInstruments.PyramidSpillHits.Add(1);
                return kept;
            }

            return await EncodeAsync(bytes, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<ImageFeatures> EncodeAsync(byte[] bytes, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        using var activity = TurnTrace.Begin("encode");
        var features = FeatureBytes.OnHost(await engine.EncodeAsync(await _decoder.CropAsync(bytes, config.ImageResolutionEncoder, cancellation), cancellation));
        Interlocked.Increment(ref _encoded);
        MmiInstruments.ImagesEncoded.Add(1);
        MmiInstruments.Stage("encode", began);
        return features;
    }
}
