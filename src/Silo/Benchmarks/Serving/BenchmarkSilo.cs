using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Kernels.Linear;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Benchmarks.Serving;

/// <summary>A whole silo in this process, with a durable store in a temporary folder: what <c>mmi up</c> starts.</summary>
internal sealed class BenchmarkSilo : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ClusterStore _store;
    private readonly WebApplication _app;

    private BenchmarkSilo(DirectoryInfo folder, ClusterStore store, WebApplication app) => (_folder, _store, _app) = (folder, store, app);

    /// <summary>Reaches the grains, as the HTTP endpoints do.</summary>
    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The device, for calling its engines directly.</summary>
    public DeviceHost Device => _app.Services.GetRequiredService<DeviceHost>();

    /// <summary>Starts it.</summary>
    /// <param name="model">The model's folder.</param>
    /// <param name="format">How the language model's weights are kept.</param>
    public static async Task<BenchmarkSilo> StartAsync(string model, WeightFormat format)
    {
        var folder = Directory.CreateTempSubdirectory("mmi-bench-");
        var options = new SiloOptions
        {
            Address = IPAddress.Loopback,
            HttpPort = FreePort.Next(),
            Device = new DeviceOptions { Roles = SiloOptions.AllRoles, Model = model, Format = format },
            Store = new StoreOptions { DataFolder = folder.FullName },
        };
        var store = await ClusterStore.OpenAsync(options.Store);
        var silo = new BenchmarkSilo(folder, store, SiloHost.Build(options, store));
        await silo._app.StartAsync();
        return silo;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
