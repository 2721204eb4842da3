using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Decoding;
using MmiGrains.Silo.Http;
using MmiGrains.Silo.Http.Access;
using Orleans.Configuration;
using Orleans.Hosting;

namespace MmiGrains.Silo.Hosting;

/// <summary>Composes one process: store, silo, device, HTTP.</summary>
internal static class SiloHost
{
    private const int MostConnections = 4096;

    /// <summary>Runs a silo until it is cancelled, or told to stop by a signal; then it drains.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static async Task RunAsync(SiloOptions options, TextWriter output, CancellationToken cancellation)
    {
        await using var silo = await RunningSilo.StartAsync(options, cancellation);
        var access = silo.IsOpen ? "open to this machine without API keys" : "API keys";
        output.WriteLine($"Ready: roles {options.Device.Roles}, {silo.Address.GetLeftPart(UriPartial.Authority)}, {access}, store {silo.Store.Kind} at {silo.Store.EndPoint}.");
        await output.FlushAsync(CancellationToken.None);
        await silo.WaitAsync(cancellation);
    }

    /// <summary>A silo that has not started. The store stays the caller's.</summary>
    internal static WebApplication Build(SiloOptions options, ClusterStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        }).SetMinimumLevel(LogLevel.Warning).AddFilter("MmiGrains", LogLevel.Information)
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error).AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error) // what they say at every start tells an operator nothing
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical); // why a silo does not start is said by whoever starts it
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Listen(options.Address, options.HttpPort);
        });
        builder.AddTelemetry(options);
        builder.Services.AddSingleton(options.Jobs);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Decoding).AddSingleton<DecoderPool>();
        builder.Services.AddSingleton<IPictureDecoder>(provider => provider.GetRequiredService<DecoderPool>());
        builder.Services.AddHostedService(provider => provider.GetRequiredService<DecoderPool>());
        if (OperatingSystem.IsLinux())
        {
            builder.Services.AddHostedService<FreedMemory>();
        }

        builder.Services.AddSingleton<Departure>();
        builder.Services.AddMmiGrainsHttp();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTime);
        builder.UseOrleans(silo =>
        {
            silo.AddMmiGrains(store, options.Device);
            silo.UseCertificate(options.Certificate);
            silo.Configure<ClusterMembershipOptions>(membership => membership.ProbeTimeout = options.ProbeTime);
            silo.Configure<EndpointOptions>(endpoint =>
            {
                endpoint.AdvertisedIPAddress = options.Address;
                endpoint.SiloPort = options.SiloPort > 0 ? options.SiloPort : FreePort.Next();
                endpoint.GatewayPort = options.GatewayPort > 0 ? options.GatewayPort : FreePort.Next();
            });
        });
        builder.Services.AddAccess(store);
        var app = builder.Build();
        Departure.Use(app);
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint("/metrics");
        if (options.Device.Roles.HasFlag(WorkerRole.Frontend))
        {
            app.MapMmiGrains();
        }

        return app;
    }
}
