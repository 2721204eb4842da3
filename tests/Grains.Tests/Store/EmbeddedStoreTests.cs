using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Store;

public sealed class EmbeddedStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_store_that_starts_again_on_its_folder_has_everything()
    {
        using var folder = new TemporaryFolder();
        var options = new StoreOptions { DataFolder = folder.File("new/store") };
        await using (var store = await ClusterStore.OpenAsync(options, null, Cancellation))
        {
            await store.Connection.GetDatabase().StringSetAsync("key", "value");
            await store.Connection.GetDatabase().ListRightPushAsync("list", ["a", "b"]);
        }

        await using var again = await ClusterStore.OpenAsync(options, null, Cancellation);
        Assert.Equal("value", await again.Connection.GetDatabase().StringGetAsync("key"));
        Assert.Equal(["a", "b"], await again.Connection.GetDatabase().ListRangeAsync("list"));
    }

    [Fact]
    public async Task Two_stores_never_share_a_folder()
    {
        using var server = new EmbeddedServer();
        await server.StartAsync();
        var refusal = Assert.Throws<StoreException>(() => EmbeddedStore.Start(new StoreOptions { DataFolder = server.Folder }));
        Assert.Matches($"^The store's folder '{server.Folder}' is in use by the process [0-9]+; two processes cannot share it\\.$", refusal.Message);
        server.Kill();
        using var heir = EmbeddedStore.Start(new StoreOptions { DataFolder = server.Folder });
        Assert.Contains($"process {Environment.ProcessId};", Assert.Throws<StoreException>(() => EmbeddedStore.Start(new StoreOptions { DataFolder = server.Folder })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_is_taken_and_a_folder_that_cannot_be_made_are_one_sentence_each()
    {
        using var redis = await RedisServer.RunAsync();
        using var folder = new TemporaryFolder();
        var options = new StoreOptions { DataFolder = folder.File("store"), Port = redis.Port };
        Assert.StartsWith($"The embedded store cannot listen on 127.0.0.1:{redis.Port}:", Assert.Throws<StoreException>(() => EmbeddedStore.Start(options)).Message, StringComparison.Ordinal);
        folder.Write("file", []);
        options = new StoreOptions { DataFolder = folder.File("file/store") };
        Assert.Contains("cannot be", Assert.Throws<StoreException>(() => EmbeddedStore.Start(options)).Message, StringComparison.Ordinal);
    }

    // A cache would drop the oldest.
    [Fact]
    public async Task What_does_not_fit_in_memory_is_still_there()
    {
        using var folder = new TemporaryFolder();
        var options = new StoreOptions { DataFolder = folder.Path, EmbeddedMemoryBytes = 64L << 20, EmbeddedLogBytes = 32L << 20 };
        byte[] Value(int i) => [.. BitConverter.GetBytes(i), .. new byte[500_000]];
        await using (var store = await ClusterStore.OpenAsync(options, null, Cancellation))
        {
            for (var i = 0; i < 300; i++)
            {
                await store.Connection.GetDatabase().StringSetAsync($"key-{i}", Value(i));
                await store.Connection.GetDatabase().ListRightPushAsync($"list-{i % 10}", Value(i)[..100_000]);
            }

            await CheckAsync(store);
        }

        await using var again = await ClusterStore.OpenAsync(options, null, Cancellation);
        await CheckAsync(again);

        async Task CheckAsync(ClusterStore store)
        {
            for (var i = 0; i < 300; i++)
            {
                Assert.Equal(Value(i), (byte[]?)await store.Connection.GetDatabase().StringGetAsync($"key-{i}"));
            }

            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(Enumerable.Range(0, 30).Select(j => i + (10 * j)), (await store.Connection.GetDatabase().ListRangeAsync($"list-{i}")).Select(value => BitConverter.ToInt32((byte[])value!)));
            }
        }
    }

    [Fact]
    public async Task A_long_log_is_dropped_behind_a_checkpoint_and_nothing_is_lost()
    {
        using var folder = new TemporaryFolder();
        var options = new StoreOptions { DataFolder = folder.Path, EmbeddedLogBytes = 1L << 20 };
        using (var store = EmbeddedStore.Start(options))
        {
            await using var connection = await ConnectionMultiplexer.ConnectAsync(store.ConnectionString);
            for (var round = 0; round < 3; round++)
            {
                for (var i = 0; i < 20; i++)
                {
                    await connection.GetDatabase().ListRightPushAsync("list", new byte[100_000]);
                }

                store.Watch();
                Assert.InRange(LogBytes(store), 0, 1000);
            }

            await connection.GetDatabase().StringSetAsync("after", "the checkpoint");
        }

        using var again = EmbeddedStore.Start(options);
        await using var reader = await ConnectionMultiplexer.ConnectAsync(again.ConnectionString);
        Assert.Equal(60, await reader.GetDatabase().ListLengthAsync("list"));
        Assert.Equal("the checkpoint", await reader.GetDatabase().StringGetAsync("after"));
    }

    [Fact]
    public async Task A_damaged_log_stops_the_start()
    {
        using var folder = new TemporaryFolder();
        var options = new StoreOptions { DataFolder = folder.Path };
        await using (var store = await ClusterStore.OpenAsync(options, null, Cancellation))
        {
            for (var i = 0; i < 200; i++)
            {
                await store.Connection.GetDatabase().StringSetAsync($"key-{i}", new byte[100]);
            }
        }

        var log = Path.Combine(folder.Path, "AOF", "aof.log.0");
        var bytes = await File.ReadAllBytesAsync(log, Cancellation);
        bytes.AsSpan(bytes.Length / 2, 64).Fill(0xa5);
        await File.WriteAllBytesAsync(log, bytes, Cancellation);
        Assert.Matches("is damaged: [0-9]+ bytes were written and [0-9]+ can be read", Assert.Throws<StoreException>(() => EmbeddedStore.Start(options)).Message);
        EmbeddedStore.Start(options with { AllowUnsafePersistence = true }).Dispose();
    }

    private static long LogBytes(EmbeddedStore store) => store.LogInfo().Number("TailAddress") - store.LogInfo().Number("BeginAddress");
}
