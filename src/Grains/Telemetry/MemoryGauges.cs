using System.Diagnostics.Metrics;
using MmiGrains.Model.Engines;

namespace MmiGrains.Grains.Telemetry;

/// <summary>Numbers of a silo's native memory that are read whenever someone asks.</summary>
internal sealed class MemoryGauges : IDisposable
{
    private readonly Meter _meter = new(MmiInstruments.Name);

    public MemoryGauges(FeatureCache features)
    {
        _meter.CreateObservableGauge("mmi.pyramid_cache_bytes", () => features.ByteCount, "By", "Bytes of encoded images in memory.");
        _meter.CreateObservableGauge("mmi.native_tensors", () => TorchSharp.torch.Tensor.TotalCount, null, "Tensors that live in the process.");
    }

    public void Dispose() => _meter.Dispose();
}
