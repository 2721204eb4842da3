using System.Net;
using System.Security.Cryptography.X509Certificates;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Illustration;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Decoding;

namespace MmiGrains.Silo.Hosting;

/// <summary>One silo: what it offers, where it listens, and the store that it shares with the others.</summary>
public sealed record SiloOptions
{
    /// <summary>All roles, as a single machine has them.</summary>
    public const WorkerRole AllRoles = WorkerRole.Frontend | WorkerRole.Encoder | WorkerRole.Decoder | WorkerRole.Diffusion | WorkerRole.Trainer;

    /// <summary>The device and what it does.</summary>
    public DeviceOptions Device { get; init; } = new() { Roles = AllRoles };

    /// <summary>The store.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Where other silos reach this one.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port for silos; 0 for any free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>Port for clients of the cluster; 0 for any free one.</summary>
    public int GatewayPort { get; init; }

    /// <summary>What everyone must show who talks to this silo on those ports; null where everyone is trusted who reaches them.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Port of HTTP.</summary>
    public int HttpPort { get; init; } = 8080;

    /// <summary>Where clients find the cluster, for addresses that they are given; null for where each has found it.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Where measurements and traces are sent by OTLP; null for where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>What jobs may do.</summary>
    public JobOptions Jobs { get; init; } = new();

    /// <summary>How long another silo may take to answer a probe; one that misses three is gone.</summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What decoding a picture may cost.</summary>
    internal DecodingLimits Decoding { get; init; } = new();

    /// <summary>How long leaving may take.</summary>
    public TimeSpan ShutdownTime { get; init; } = TimeSpan.FromSeconds(60);
}
