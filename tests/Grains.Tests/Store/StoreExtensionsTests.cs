using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MmiGrains.Grains.Hosting;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using Orleans.Configuration;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Store;

public sealed class StoreExtensionsTests(Stores stores)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, InlineData(Backend.Redis), InlineData(Backend.Embedded)]
    public async Task State_and_reminders_outlive_the_silo_and_a_client_finds_the_next_one(Backend backend)
    {
        using var folder = new TemporaryFolder();
        var id = $"test-{Guid.NewGuid():N}";
        var options = backend == Backend.Redis
            ? new StoreOptions { ConnectionString = stores[backend].ConnectionString, ClusterId = id, ServiceId = id }
            : new StoreOptions { DataFolder = folder.Path, ClusterId = id, ServiceId = id };
        var (siloPort, gatewayPort) = (FreePort.Next(), FreePort.Next());
        for (var start = 0; start < 2; start++)
        {
            await using var store = await ClusterStore.OpenAsync(options, null, Cancellation);
            using var silo = new HostBuilder().UseOrleans(builder => builder
                .UseClusterStore(store).Configure<EndpointOptions>(endpoint =>
                    (endpoint.AdvertisedIPAddress, endpoint.SiloPort, endpoint.GatewayPort) = (System.Net.IPAddress.Loopback, siloPort, gatewayPort))).Build();
            await silo.StartAsync(Cancellation);
            using var client = new HostBuilder().UseOrleansClient(builder =>
                builder.UseClusterStore(options with { ConnectionString = store.ConnectionString })).Build();
            await client.StartAsync(Cancellation);
            var grain = client.Services.GetRequiredService<IGrainFactory>().GetGrain<ICounterGrain>("counter");
            Assert.Equal(start + 1, await grain.AddAsync());
            Assert.Equal(start == 0, await grain.RemindAsync());
            Assert.Same(store.Connection, silo.Services.GetRequiredService<IConnectionMultiplexer>());
            await client.StopAsync(Cancellation);
            await silo.StopAsync(Cancellation);
            silo.Dispose();
            Assert.True(store.Connection.IsConnected); // it is the caller's
        }
    }

    [Fact]
    public void A_client_without_an_address_is_refused() =>
        Assert.Throws<StoreException>(() => new HostBuilder().UseOrleansClient(builder => builder.UseClusterStore(new StoreOptions())).Build());
}
