using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using MmiGrains.Model.Tests.Weights;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(Stores))]

namespace MmiGrains.Grains.Tests.Store;

/// <summary>One of each store for all tests that do not break theirs.</summary>
public sealed class Stores : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly RedisServer _redis = new();
    private readonly Dictionary<Backend, ClusterStore> _stores = [];

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync();
        _stores[Backend.Redis] = await ClusterStore.OpenAsync(new StoreOptions { ConnectionString = _redis.ConnectionString });
        _stores[Backend.Embedded] = await ClusterStore.OpenAsync(new StoreOptions { DataFolder = _folder.Path });
    }

    public ClusterStore this[Backend backend] => _stores[backend];

    public IDatabase Database(Backend backend) => _stores[backend].Connection.GetDatabase();

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores.Values)
        {
            await store.DisposeAsync();
        }

        _redis.Dispose();
        _folder.Dispose();
    }
}
