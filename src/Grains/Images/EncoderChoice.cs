using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Images;

/// <summary>Who encodes an image: an encoder of this silo where there is one, so that nothing travels; else whom the directory names.</summary>
/// <param name="devices">This silo's encoders.</param>
/// <param name="silo">This silo.</param>
/// <param name="grains">The cluster.</param>
public sealed class EncoderChoice(IEnumerable<IEncoderDevice> devices, ILocalSiloDetails silo, IGrainFactory grains)
{
    private readonly string[] _own = [.. devices.Select(device => new WorkerKey(silo.SiloAddress, device.Name).ToString())];

    /// <summary>This silo's encoder for an image, always the same; null where it has none.</summary>
    public IEncoderWorkerGrain? FindOwn(ImageId image) => _own.Length == 0 ? null : Worker(_own[Index(image)]);

    /// <summary>The key of a worker, or null where there is none beside those to avoid.</summary>
    public async Task<string?> ChooseAsync(ImageId image, IReadOnlyList<string> avoid)
    {
        var own = _own.Length == 0 ? null : _own[Index(image)];
        if (own is not null && !avoid.Contains(own))
        {
            return own;
        }

        var chosen = await grains.GetGrain<IWorkerDirectoryGrain>(0).ChooseAsync(WorkerRole.Encoder, session: null, [image], avoid);
        return chosen?.Key;
    }

    /// <summary>The worker of a key.</summary>
    public IEncoderWorkerGrain Worker(string key) => grains.GetGrain<IEncoderWorkerGrain>(key);

    private int Index(ImageId image) => Convert.ToInt32(image.Hash[..4], 16) % _own.Length;
}
