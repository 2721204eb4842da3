using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MmiGrains.Silo.Chaos;

/// <summary>Silos in processes of their own, on one Redis of its own, and a client of them.</summary>
/// <param name="model">The model's folder.</param>
/// <param name="folder">Where logs and the store go.</param>
/// <param name="options">Further options of <c>mmi up</c>.</param>
internal sealed class ChaosCluster(string model, string folder, params IReadOnlyList<string> options) : IAsyncDisposable
{
    private const string Name = "chaos";
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(90);

    private readonly List<SiloProcess> _silos = [];
    private readonly int _storePort = FreePort.Next();
    private RedisProcess? _redis;
    private int _started;
    private IHost? _client;

    /// <summary>Those that run.</summary>
    public IReadOnlyList<SiloProcess> Silos => _silos;

    /// <summary>How the store is reached.</summary>
    public StoreOptions Store => new() { ConnectionString = $"127.0.0.1:{_storePort}", ClusterId = Name, ServiceId = Name, KeyPrefix = Name };

    /// <summary>What a client calls.</summary>
    public IGrainFactory Grains => _client!.Services.GetRequiredService<IClusterClient>();

    /// <summary>Starts the store and some silos, and connects.</summary>
    public Task StartAsync(int silos) => StartAsync([.. Enumerable.Repeat<string[]>([], silos)]);

    /// <summary>The same with options of <c>mmi up</c> for each silo.</summary>
    public async Task StartAsync(IReadOnlyList<string[]> silos)
    {
        Directory.CreateDirectory(folder);
        await StartStoreAsync();
        await Task.WhenAll(silos.Select(silo => AddSiloAsync(silo)));
        _client = await ConnectAsync();
    }

    /// <summary>Starts a silo, and waits until it is ready.</summary>
    public async Task<SiloProcess> AddSiloAsync(params IReadOnlyList<string> more)
    {
        var log = Path.Combine(folder, $"silo-{Interlocked.Increment(ref _started):D3}.txt");
        var silo = SiloProcess.Start(
            log, ["--redis", Store.ConnectionString!, "--model", model, "--cluster", Name, "--probe-seconds", "1", .. options, .. more]);
        await silo.WhenReadyAsync(StartTime);
        lock (_silos)
        {
            _silos.Add(silo);
        }

        return silo;
    }

    /// <summary>Kills a silo if it runs still, and counts it out.</summary>
    public void Drop(SiloProcess silo)
    {
        _silos.Remove(silo);
        silo.Dispose();
    }

    /// <summary>Starts the store on what its files hold.</summary>
    public async Task StartStoreAsync()
    {
        _redis = RedisProcess.Start(Path.Combine(folder, "store"), _storePort);
        await _redis.WhenReadyAsync(StartTime);
    }

    /// <summary>Kills the store.</summary>
    public void KillStore()
    {
        _redis!.KillNow();
        _redis.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.StopAsync(CancellationToken.None);
            _client.Dispose();
        }

        _silos.ForEach(silo => silo.Dispose());
        _redis?.Dispose();
    }

    private async Task<IHost> ConnectAsync()
    {
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Critical))
            .UseOrleansClient(client =>
            {
                client.UseClusterStore(Store);
                client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(7)); // a silo's sign of life comes after five
                client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
                client.UseConnectionRetryFilter(async (_, token) =>
                {
                    await Task.Delay(500, token);
                    return true;
                });
            })
            .Build();
        await host.StartAsync();
        return host;
    }
}
