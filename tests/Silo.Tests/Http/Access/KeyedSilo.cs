using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Workers;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Tests.Http.Access;

[assembly: AssemblyFixture(typeof(KeyedSilo))]

namespace MmiGrains.Silo.Tests.Http.Access;

/// <summary>A silo with the model that ships, an embedded store, and API keys; started by the first test that asks for it.</summary>
public sealed class KeyedSilo : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _starting = new(1);
    private RunningSilo? _silo;

    /// <summary>A key of the tenant acme.</summary>
    public string Key { get; private set; } = "";

    public Uri Address => _silo!.Address;

    internal IServiceProvider Services => _silo!.Services;

    internal T Service<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Starts it, once.</summary>
    public async Task<KeyedSilo> ReadyAsync()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await _starting.WaitAsync(cancellation);
        try
        {
            if (_silo is null)
            {
                Key = Keys("add", "acme").Output.Trim();
                _silo = await RunningSilo.StartAsync(
                    new SiloOptions
                    {
                        Device = new DeviceOptions { Roles = SiloOptions.AllRoles & ~WorkerRole.Trainer, Model = Path.Combine(Mmi.Repository, "models", "mini") },
                        Store = new StoreOptions { DataFolder = _folder.File("store") },
                        HttpPort = FreePort.Next(),
                        ShutdownTime = TimeSpan.FromSeconds(15),
                    },
                    cancellation);
                await WaitUntilReadyAsync(cancellation);
            }
        }
        finally
        {
            _starting.Release();
        }

        return this;
    }

    /// <summary>Runs <c>mmi keys</c> on its store, whether it runs or not.</summary>
    internal Mmi Keys(params string[] args) => Mmi.Run(["keys", .. args, "--data", _folder.File("store")]).Succeeded();

    /// <summary>A new key; it is known here once this returns.</summary>
    internal async Task<string> AddKeyAsync(string tenant, params string[] args)
    {
        var key = Keys(["add", tenant, .. args]).Output.Trim();
        await UntilAsync(async () => (await SendAsync(HttpMethod.Get, "/v1/none", key)).StatusCode != System.Net.HttpStatusCode.Unauthorized);
        return key;
    }

    /// <summary>A client with a key; null for none.</summary>
    public HttpClient Connect(string? key)
    {
        var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromMinutes(2) };
        client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>One request.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key, HttpContent? content = null)
    {
        using var client = Connect(key);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for something that comes within seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(10);
        while (!await holds())
        {
            Assert.True(DateTimeOffset.UtcNow < until, "It does not come within 10 s.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await (_silo?.DisposeAsync() ?? ValueTask.CompletedTask);
        _starting.Dispose();
        _folder.Dispose();
    }

    // Workers tell the directory of themselves within a second.
    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var directory = Service<IGrainFactory>().GetGrain<IWorkerDirectoryGrain>(0);
        while ((await directory.ListAsync()).Count < 3)
        {
            await Task.Delay(50, cancellation);
        }
    }
}
