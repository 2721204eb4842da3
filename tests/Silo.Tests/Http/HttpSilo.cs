using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Illustration;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Tests.Http;

[assembly: AssemblyFixture(typeof(HttpSilo))]

namespace MmiGrains.Silo.Tests.Http;

/// <summary>A silo with all roles, the model that ships, and the embedded store; started by the first test that asks for it.</summary>
public sealed class HttpSilo : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1);
    private RunningSilo? _silo;

    /// <summary>The one port of this machine that may be told of a job's end.</summary>
    internal int HookPort { get; } = FreePort.Next();

    /// <summary>Its services; once it has started.</summary>
    internal IServiceProvider Services => _silo!.Services;

    internal async Task<NativeClient> ConnectAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await _starting.WaitAsync(cancellation);
        try
        {
            _silo ??= await RunningSilo.StartAsync(
                new SiloOptions
                {
                    Device = new DeviceOptions { Roles = SiloOptions.AllRoles & ~WorkerRole.Trainer, Model = Path.Combine(Mmi.Repository, "models", "mini") },
                    Store = new StoreOptions { DataFolder = _folder.File("store") },
                    HttpPort = FreePort.Next(),
                    Jobs = new JobOptions { WebhookHosts = [$"127.0.0.1:{HookPort}"] },
                    ShutdownTime = TimeSpan.FromSeconds(15),
                },
                cancellation);
        }
        finally
        {
            _starting.Release();
        }

        return new NativeClient(_silo.Address);
    }

    public async ValueTask DisposeAsync()
    {
        await (_silo?.DisposeAsync() ?? ValueTask.CompletedTask);
        _starting.Dispose();
        _folder.Dispose();
    }
}
