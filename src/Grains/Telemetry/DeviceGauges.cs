using System.Diagnostics.Metrics;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.Decoding;
using MmiGrains.Model.Engines.Diffusion;

namespace MmiGrains.Grains.Telemetry;

/// <summary>Numbers of a device's engines that are read whenever someone asks, until the device is gone.</summary>
/// <param name="model">Hash of its weights: two devices of a silo have each their own.</param>
internal sealed class DeviceGauges(string model) : IDisposable
{
    private readonly Meter _meter = new(MmiInstruments.Name);
    private readonly KeyValuePair<string, object?> _model = new("model", model[..8]);

    public void Add(DecoderEngine decoder, int blocks)
    {
        _meter.CreateObservableGauge("mmi.kv_cache_usage_perc", () => new Measurement<double>(1 - ((double)decoder.FreeBlocks / blocks), _model), null, "Share of the blocks of keys and values in use; 1 is all.");
        AddRequests(decoder.Name, () => decoder.RunningCount, () => decoder.OpenCount);
    }

    public void Add(DiffusionEngine diffusion) => AddRequests(diffusion.Name, () => diffusion.RunningCount, () => diffusion.OpenCount);

    public void Dispose() => _meter.Dispose();

    private void AddRequests(string engine, Func<int> running, Func<int> open)
    {
        KeyValuePair<string, object?>[] tags = [new("engine", engine), _model];
        _meter.CreateObservableGauge("mmi.num_requests_running", () => new Measurement<int>(running(), tags), null, "Requests that run.");
        _meter.CreateObservableGauge("mmi.num_requests_waiting", () => new Measurement<int>(Math.Max(open() - running(), 0), tags), null, "Requests that wait.");
    }
}
