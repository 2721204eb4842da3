using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Imaging;
using Orleans.Concurrency;
using Orleans.Placement;

namespace MmiGrains.Grains.Workers;

/// <summary>A silo's encoder as the cluster calls it. Holds nothing: the engine and the cache are the device's.</summary>
/// <param name="devices">This silo's encoders.</param>
[WorkerPlacement, Immovable, Reentrant]
public sealed class EncoderWorkerGrain(IEncoderDevices devices) : Grain, IEncoderWorkerGrain
{
    private IEncoderDevice Device => devices.Encoders.FirstOrDefault(device => device.Name == WorkerKey.Parse(this.GetPrimaryKeyString()).Device)
        ?? throw new WorkerUnavailableException($"There is no encoder '{this.GetPrimaryKeyString()}': its silo has {string.Join(", ", devices.Encoders.Select(device => device.Name).DefaultIfEmpty("none"))}.");

    /// <inheritdoc/>
    public async Task<PyramidDescriptor> EncodeAsync(ImageId image, Immutable<byte[]> bytes, CancellationToken cancellation = default)
    {
        try
        {
            using var lease = await Device.EncodeAsync(image, bytes.Value, cancellation);
            return Describe(lease);
        }
        catch (CapacityException problem)
        {
            throw new CapacityExceededException(problem.Message, problem.IsPassing);
        }
        catch (ImageInputException problem)
        {
            throw new InvalidImageException("image_unreadable", problem.Message);
        }
    }

    /// <inheritdoc/>
    public Task<PyramidDescriptor?> FindAsync(ImageId image)
    {
        using var lease = Device.Find(image);
        return Task.FromResult(lease is null ? null : Describe(lease));
    }

    /// <inheritdoc/>
    public Task<Immutable<byte[]>?> ReadPieceAsync(ImageId image, int piece)
    {
        using var lease = Device.Find(image);
        return Task.FromResult(lease is null ? default(Immutable<byte[]>?) : Read(lease, piece).AsImmutable());
    }

    /// <inheritdoc/>
    public Task ForgetAsync(ImageId image)
    {
        Device.Forget(image);
        return Task.CompletedTask;
    }

    private PyramidDescriptor Describe(FeatureLease lease) => new(Device.Encoder, FeatureBytes.Count(lease.Features), Device.PieceBytes);

    private byte[] Read(FeatureLease lease, int piece)
    {
        var all = Describe(lease);
        ArgumentOutOfRangeException.ThrowIfNegative(piece);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(piece, all.PieceCount);
        var offset = (long)piece * all.PieceBytes;
        var bytes = GC.AllocateUninitializedArray<byte>((int)long.Min(all.PieceBytes, all.ByteCount - offset));
        FeatureBytes.Read(lease.Features, offset, bytes);
        return bytes;
    }
}
