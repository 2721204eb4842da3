using System.Net;
using System.Numerics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Chat;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Placement;
using MmiGrains.Grains.Serving;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Model.Tests.Training;
using MmiGrains.Model.Tests.Weights;
using Orleans.Configuration;

namespace MmiGrains.Grains.Tests.Hosting;

/// <summary>A whole silo in this process, as <c>mmi up</c> makes it: a cluster of its own in a real Redis, and a tiny model in every role.</summary>
internal sealed class MmiSilo : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly ClusterStore _store;
    private readonly IHost _host;
    private readonly DeviceOptions _device;

    private MmiSilo(TemporaryFolder folder, ClusterStore store, IHost host, DeviceOptions device) => (_folder, _store, _host, _device) = (folder, store, host, device);

    public IServiceProvider Services => _host.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public DeviceHost Device => Services.GetRequiredService<DeviceHost>();

    /// <summary>Starts one.</summary>
    /// <param name="stores">Whose Redis it uses.</param>
    /// <param name="change">Other options of its device.</param>
    /// <param name="beside">A silo whose cluster it joins, with its options; null for a cluster of its own.</param>
    public static Task<MmiSilo> StartAsync(Stores stores, Func<DeviceOptions, DeviceOptions>? change = null, MmiSilo? beside = null) =>
        StartAsync(stores[Backend.Redis].ConnectionString, change, beside);

    /// <summary>Starts one on a Redis of the test's own.</summary>
    public static async Task<MmiSilo> StartAsync(string redis, Func<DeviceOptions, DeviceOptions>? change = null, MmiSilo? beside = null)
    {
        var (folder, id) = (new TemporaryFolder(), beside?._store.Options.ClusterId ?? $"test-{Guid.NewGuid():N}");
        var device = beside?._device ?? new DeviceOptions
        {
            Roles = WorkerRole.Encoder | WorkerRole.Decoder | WorkerRole.Diffusion,
            Model = TinyModel.Write(folder.File("model")),
            PromotedFolder = folder.File("promoted"),
        };
        device = change?.Invoke(device) ?? device;
        var store = await ClusterStore.OpenAsync(
            new StoreOptions { ConnectionString = redis, ClusterId = id, ServiceId = id, KeyPrefix = id });
        device = device with { Promoted = await PromotedModel.ReadAsync(store) };
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Warning))
            .UseOrleans(silo => silo.AddMmiGrains(store, device).Configure<EndpointOptions>(endpoint =>
                (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort) = (IPAddress.Loopback, FreePort.Next(), FreePort.Next())))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var silo = new MmiSilo(folder, store, host, device);
        await silo.KnowWorkersAsync(BitOperations.PopCount((uint)device.Roles));
        return silo;
    }

    public IChatSessionGrain Session(string id) => Grains.GetGrain<IChatSessionGrain>($"acme/{id}");

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    // The device tells the directory of itself a moment after the start.
    private async Task KnowWorkersAsync(int count)
    {
        var silo = Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
        while ((await Grains.GetGrain<IWorkerDirectoryGrain>(0).ListAsync()).Count(worker => WorkerKey.Parse(worker.Key).Silo.Equals(silo)) < count)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
