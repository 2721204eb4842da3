using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Images;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Workers;
using MmiGrains.Model.Interleaved;
using MmiGrains.Model.Tests.Training;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.TestingHost;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>Silos in one process, each with its own roles and devices, one small model, and a client.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private TestCluster(InProcessTestCluster cluster, IReadOnlyList<TestSilo> silos) => (_cluster, Silos) = (cluster, silos);

    /// <summary>One model for all tests: it takes a second to make.</summary>
    public static MmInterleaved Model { get; } = CreateModel();

    /// <summary>Whose features its silos make.</summary>
    public static string EncoderName => EncoderIdentity.Of("weights", Model.Config, Model.Type);

    public IReadOnlyList<TestSilo> Silos { get; }

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<TestCluster> StartAsync(params IReadOnlyList<TestSilo> silos)
    {
        var builder = new InProcessTestClusterBuilder((short)silos.Count);
        var store = new MemoryImageStore();
        var next = 0;
        builder.ConfigureSilo((_, silo) =>
        {
            silos[Interlocked.Increment(ref next) - 1].Configure(silo, store);
            silo.Configure<ClusterMembershipOptions>(options =>
            {
                (options.ProbeTimeout, options.NumMissedProbesLimit, options.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(1), 2, 1);
            });
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(60));
        });
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(60)));
        var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var result = new TestCluster(cluster, silos);
        await result.KnowRolesAsync();
        return result;
    }

    /// <summary>The handle of a silo. Silos start side by side, so their order is not the tests'.</summary>
    public InProcessSiloHandle Handle(TestSilo silo) => _cluster.Silos.Single(handle => handle.ServiceProvider.GetRequiredService<TestSilo.Owner>().Silo == silo);

    public SiloAddress Address(TestSilo silo) => Handle(silo).SiloAddress;

    public FeatureResolver Resolver(TestSilo silo) => Handle(silo).ServiceProvider.GetRequiredService<FeatureResolver>();

    public string WorkerKey(TestSilo silo) => new WorkerKey(Address(silo), silo.Encoder!.Name).ToString();

    public IEncoderWorkerGrain Worker(TestSilo silo) => Grains.GetGrain<IEncoderWorkerGrain>(WorkerKey(silo));

    public IImageGrain Image(ImageId id) => Grains.GetGrain<IImageGrain>(id.ToString());

    public async Task<ImageId> PutAsync(byte[] file, string tenant = "acme", int width = 40, int height = 50)
    {
        var info = Pictures.Info(file, tenant, width, height);
        await Image(info.Id).PutAsync(file.AsImmutable(), info);
        return info.Id;
    }

    public Task KillAsync(TestSilo silo) => _cluster.KillSiloAsync(Handle(silo), TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        foreach (var silo in Silos)
        {
            silo.Dispose();
        }
    }

    // A silo learns of another's roles a moment after it learns of the silo.
    private async Task KnowRolesAsync()
    {
        foreach (var handle in _cluster.Silos)
        {
            var metadata = handle.ServiceProvider.GetRequiredService<ISiloMetadataCache>();
            while (_cluster.Silos.Any(other => SiloRoles.Of(metadata, other.SiloAddress) == WorkerRole.None))
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }
        }
    }

    private static MmInterleaved CreateModel()
    {
        TorchSharp.torch.manual_seed(7);
        var model = ModelFolder.Create(SmallModel.Config);
        model.eval();
        return model;
    }
}
