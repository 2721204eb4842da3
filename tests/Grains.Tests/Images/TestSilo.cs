using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Engines;
using MmiGrains.Model.Engines.ImageEncoding;
using MmiGrains.Model.Interleaved;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>What one silo of a test has: roles, a cache, and perhaps an encoder on a device's thread.</summary>
internal sealed class TestSilo : IDisposable
{
    private readonly DeviceThread? _device;
    private readonly HeldEngine? _held;

    public TestSilo(WorkerRole roles, MmInterleaved model, long cacheBytes = long.MaxValue, int pieceBytes = 16 << 10, int maxWaiting = 256)
    {
        (Roles, Cache) = (roles, new FeatureCache(cacheBytes));
        if (roles.HasFlag(WorkerRole.Encoder))
        {
            var options = new EncoderOptions { MaxWaiting = maxWaiting };
            var engine = new EncoderEngine(model, options);
            _held = new HeldEngine(engine);
            _device = new DeviceThread("test", _held);
            Encoder = new EncoderDevice("cpu", TestCluster.EncoderName, model.Config, engine, options, Cache) { PieceBytes = pieceBytes };
        }
    }

    public WorkerRole Roles { get; }

    public FeatureCache Cache { get; }

    public EncoderDevice? Encoder { get; }

    /// <summary>Keeps the encoder from its next steps, or lets it go on.</summary>
    public bool IsHeld
    {
        set => _held!.IsHeld = value;
    }

    public void Configure(ISiloBuilder builder, IImageStore store)
    {
        builder.UseRoles(Roles);
        builder.Services.AddImageGrains();
        builder.Services.AddSingleton(store);
        builder.Services.AddSingleton(new Owner(this)); // not the silo's to dispose
        builder.Services.AddSingleton(services => new FeatureResolver(Cache, services.GetRequiredService<IGrainFactory>()));
        builder.Services.AddSingleton<IEncoderDevices>(new FixedEncoders(Encoder is null ? [] : [Encoder]));
    }

    public void Dispose()
    {
        _device?.Dispose();
        Cache.Dispose();
    }

    /// <summary>Encoders that stay.</summary>
    private sealed record FixedEncoders(IReadOnlyList<IEncoderDevice> Encoders) : IEncoderDevices;

    /// <summary>Says whose silo a container is.</summary>
    public sealed record Owner(TestSilo Silo);

    /// <summary>An engine that can be kept from stepping.</summary>
    private sealed class HeldEngine(IEngine engine) : IEngine
    {
        private volatile bool _isHeld;

        public bool IsHeld
        {
            set
            {
                _isHeld = value;
                WorkArrived?.Invoke();
            }
        }

        public string Name => engine.Name;

        public Action? WorkArrived
        {
            get => engine.WorkArrived;
            set => engine.WorkArrived = value;
        }

        public bool Step() => !_isHeld && engine.Step();

        public void FailAll(Exception problem) => engine.FailAll(problem);

        public void Dispose() => engine.Dispose();
    }
}
