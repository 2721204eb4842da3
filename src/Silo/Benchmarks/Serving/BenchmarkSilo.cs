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
    private readonly RunningSilo _silo;

    private BenchmarkSilo(DirectoryInfo folder, RunningSilo silo) => (_folder, _silo) = (folder, silo);

    /// <summary>Reaches the grains, as the HTTP endpoints do.</summary>
    public IGrainFactory Grains => _silo.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The device, for calling its engines directly.</summary>
    public DeviceHost Device => _silo.Services.GetRequiredService<DeviceHost>();

    /// <summary>Starts it.</summary>
    /// <param name="model">The model's folder.</param>
    /// <param name="format">How the language model's weights are kept.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<BenchmarkSilo> StartAsync(string model, WeightFormat format, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("mmi-bench-");
        var options = new SiloOptions
        {
            HttpPort = FreePort.Next(),
            Device = new DeviceOptions { Roles = SiloOptions.AllRoles, Model = model, Format = format },
            Store = new StoreOptions { DataFolder = folder.FullName },
        };
        return new BenchmarkSilo(folder, await RunningSilo.StartAsync(options, cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
