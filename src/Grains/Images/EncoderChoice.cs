using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;

namespace MmiGrains.Grains.Images;

/// <summary>Who encodes an image: an encoder of this silo where there is one, so that nothing travels; else whom the directory names.</summary>
/// <param name="devices">This silo's encoders.</param>
/// <param name="silo">This silo.</param>
/// <param name="grains">The cluster.</param>
public sealed class EncoderChoice(IEncoderDevices devices, ILocalSiloDetails silo, IGrainFactory grains)
{
    /// <summary>The key of a worker, or null where there is none beside those to avoid.</summary>
    /// <param name="image">What is encoded: of several of this silo it is always the same one's.</param>
    /// <param name="encoder">Whose features are wanted: <see cref="EncoderIdentity"/>.</param>
    /// <param name="avoid">Workers that just failed.</param>
    public async Task<string?> ChooseAsync(ImageId image, string encoder, IReadOnlyList<string> avoid)
    {
        var own = devices.Encoders.Where(device => device.Encoder == encoder).Select(KeyOf).ToArray();
        var chosen = own.Length == 0 ? null : own[Convert.ToInt32(image.Hash[..4], 16) % own.Length];
        return chosen is not null && !avoid.Contains(chosen) ? chosen
            : (await grains.GetGrain<IWorkerDirectoryGrain>(0).ChooseAsync(WorkerRole.Encoder, session: null, [image], avoid, EncoderIdentity.WeightsOf(encoder)))?.Key;
    }

    /// <summary>The worker of a key.</summary>
    public IEncoderWorkerGrain Worker(string key) => grains.GetGrain<IEncoderWorkerGrain>(key);

    /// <summary>Has this silo's encoders forget an image.</summary>
    public void Forget(ImageId image)
    {
        foreach (var device in devices.Encoders)
        {
            device.Forget(image);
        }
    }

    private string KeyOf(IEncoderDevice device) => new WorkerKey(silo.SiloAddress, device.Name).ToString();
}
