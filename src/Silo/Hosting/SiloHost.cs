using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MmiGrains.Silo.Hosting;

/// <summary>Composes one process: store, silo, device, HTTP.</summary>
internal static class SiloHost
{
    /// <summary>Runs a silo until it is cancelled, or told to stop by a signal; then it drains.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static async Task RunAsync(SiloOptions options, TextWriter output, CancellationToken cancellation)
    {
        await using var store = await ClusterStore.OpenAsync(options.Store, cancellationToken: cancellation);
        await using var app = Build(options, store);
        await app.StartAsync(cancellation);
        output.WriteLine($"Ready: roles {options.Device.Roles}, http://localhost:{options.HttpPort}, store {store.Findings.Kind} at {store.Findings.EndPoint}.");
        await output.FlushAsync(CancellationToken.None);
        using var stop = cancellation.Register(app.Lifetime.StopApplication);
        await app.WaitForShutdownAsync(CancellationToken.None);
    }

    /// <summary>Puts a process together that is not started yet.</summary>
    public static WebApplication Build(SiloOptions options, ClusterStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        }).SetMinimumLevel(LogLevel.Warning).AddFilter("MmiGrains", LogLevel.Information)
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // what they say at every start tells an operator nothing
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(options.Address, options.HttpPort));
        builder.AddTelemetry(options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTime);
        builder.UseOrleans(silo =>
        {
            silo.AddMmiGrains(store, options.Device);
            silo.Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = options.ProbeTime);
            silo.Configure<EndpointOptions>(endpoint =>
            {
                endpoint.AdvertisedIPAddress = options.Address;
                endpoint.SiloPort = options.SiloPort > 0 ? options.SiloPort : FreePort.Next();
                endpoint.GatewayPort = options.GatewayPort > 0 ? options.GatewayPort : FreePort.Next();
            });
        });
        var app = builder.Build();
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        return app;
    }
}
