using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Serving;
using MmiGrains.Grains.Store;
using MmiGrains.Silo.Http.Access;

namespace MmiGrains.Silo.Hosting;

/// <summary>A silo that has started, and its store. Disposed of, it drains and leaves.</summary>
internal sealed class RunningSilo : IAsyncDisposable
{
    private readonly ClusterStore _store;
    private readonly WebApplication _app;
    private bool _hasStopped;

    private RunningSilo(SiloOptions options, ClusterStore store, WebApplication app, bool isOpen) => (Options, _store, _app, IsOpen) = (options, store, app, isOpen);

    /// <summary>What it was started with.</summary>
    public SiloOptions Options { get; }

    /// <summary>Where it answers.</summary>
    public Uri Address => new UriBuilder("http", IPAddress.IsLoopback(Options.Address) ? "localhost" : Options.Address.ToString(), Options.HttpPort).Uri;

    /// <summary>Whether it answered without API keys when it started, since none was ever made.</summary>
    public bool IsOpen { get; }

    /// <summary>What is known of its store.</summary>
    public StoreFindings Store => _store.Findings;

    /// <summary>Its services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Opens the store and starts a silo on it.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    /// <exception cref="CommandException">It would listen to others without an API key.</exception>
    public static async Task<RunningSilo> StartAsync(SiloOptions options, CancellationToken cancellation)
    {
        FreePort.Keep(options.HttpPort, options.SiloPort, options.GatewayPort);
        var store = await ClusterStore.OpenAsync(options.Store, cancellationToken: cancellation);
        WebApplication? app = null;
        try
        {
            var isOpen = await AccessRules.IsOpenAsync(store, options.Address);
            options = options with { Device = options.Device with { Promoted = await PromotedModel.ReadAsync(store) } };
            app = SiloHost.Build(options, store);
            await app.StartAsync(cancellation);
            return new RunningSilo(options, store, app, isOpen);
        }
        catch
        {
            await (app?.DisposeAsync() ?? ValueTask.CompletedTask);
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it is cancelled, or told to stop by a signal; then it drains.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        using var stop = cancellation.Register(_app.Lifetime.StopApplication);
        await _app.WaitForShutdownAsync(CancellationToken.None);
        _hasStopped = true;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_hasStopped)
        {
            await _app.StopAsync();
        }

        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }
}
