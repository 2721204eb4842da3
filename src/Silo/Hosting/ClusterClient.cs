using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Store;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MmiGrains.Silo.Hosting;

/// <summary>A client of silos that run elsewhere, which it finds in their store.</summary>
internal sealed class ClusterClient : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterClient(IHost host) => _host = host;

    /// <summary>What it calls.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IClusterClient>();

    /// <summary>Connects, and waits for silos until it is cancelled.</summary>
    /// <param name="store">Where they are found.</param>
    /// <param name="certificate">The cluster's; null where it has none.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ClusterClient> ConnectAsync(StoreOptions store, X509Certificate2? certificate, CancellationToken cancellation)
    {
        var host = new HostBuilder()
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Critical))
            .UseOrleansClient(client =>
            {
                client.UseClusterStore(store);
                client.UseCertificate(certificate);
                client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(10));
                client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(2));
                client.UseConnectionRetryFilter(async (_, token) =>
                {
                    await Task.Delay(500, token);
                    return true;
                });
            })
            .Build();
        try
        {
            await host.StartAsync(cancellation);
            return new ClusterClient(host);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
