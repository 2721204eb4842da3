using System.Diagnostics.Metrics;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;

namespace MmiGrains.Grains.Telemetry;

/// <summary>Numbers of a silo's device that are read whenever someone asks, until the device is gone.</summary>
internal sealed class DeviceGauges : IDisposable
{
    private readonly Meter _meter = new(MmiInstruments.Name);

    public DeviceGauges(FeatureCache features)
    {
        _meter.CreateObservableGauge("mmi.pyramid_cache_bytes", () => features.ByteCount, "By", "Bytes of encoded images in memory.");
        _meter.CreateObservableGauge("mmi.native_tensors", () => TorchSharp.torch.Tensor.TotalCount, null, "Tensors that live in the process.");
    }

    public void Add(DecoderEngine decoder, int blocks)
    {
        _meter.CreateObservableGauge("mmi.kv_cache_usage_perc", () => 1 - ((double)decoder.FreeBlocks / blocks), null, "Share of the blocks of keys and values in use; 1 is all.");
        AddRequests(decoder.Name, () => decoder.RunningCount, () => decoder.OpenCount);
    }

    public void Add(DiffusionEngine diffusion) => AddRequests(diffusion.Name, () => diffusion.RunningCount, () => diffusion.OpenCount);

    public void Dispose() => _meter.Dispose();

    private void AddRequests(string engine, Func<int> running, Func<int> open)
    {
        KeyValuePair<string, object?>[] tags = [new("engine", engine)];
        _meter.CreateObservableGauge("mmi.num_requests_running", () => new Measurement<int>(running(), tags), null, "Requests that run.");
        _meter.CreateObservableGauge("mmi.num_requests_waiting", () => new Measurement<int>(Math.Max(open() - running(), 0), tags), null, "Requests that wait.");
    }
}
