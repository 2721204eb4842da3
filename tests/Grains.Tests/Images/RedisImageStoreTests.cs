using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Grains.Images;
using MmiGrains.Grains.Store;
using MmiGrains.Grains.Tests.Store;
using StackExchange.Redis;

namespace MmiGrains.Grains.Tests.Images;

/// <summary>Images' bytes in a real store, whole and damaged.</summary>
public sealed class RedisImageStoreTests : IAsyncLifetime
{
    private readonly RedisServer _redis = new();
    private ClusterStore _server = null!;
    private IConnectionMultiplexer _connection = null!;
    private RedisImageStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await _redis.StartAsync();
        _server = await OpenAsync();
        _connection = _server.Connection;
        _store = new RedisImageStore(_connection, "mmi");
    }

    [Fact]
    public async Task What_is_put_is_read_and_what_is_deleted_is_gone()
    {
        var file = Pictures.Png(1);
        var info = Pictures.Info(file) with { Created = DateTimeOffset.UtcNow };
        Assert.Null(await _store.FindAsync(info.Id, Token));
        Assert.Null(await _store.ReadAsync(info.Id, Token));
        Assert.Equal(info, await _store.PutAsync(info, file, Token));
        Assert.Equal(info, await _store.FindAsync(info.Id, Token));
        Assert.Equal(file, await _store.ReadAsync(info.Id, Token));
        Assert.Equal(info, await _store.PutAsync(info with { Created = DateTimeOffset.UnixEpoch }, file, Token)); // first come
        await _store.DeleteAsync(info.Id, Token);
        await _store.DeleteAsync(info.Id, Token);
        Assert.Null(await _store.FindAsync(info.Id, Token));
        Assert.Equal(0, (int)await _connection.GetDatabase().ExecuteAsync("DBSIZE"));
    }

    [Fact]
    public async Task One_tenants_delete_leaves_the_others_image()
    {
        var file = Pictures.Png(2);
        var (one, other) = (Pictures.Info(file, "acme"), Pictures.Info(file, "globex"));
        await _store.PutAsync(one, file, Token);
        await _store.PutAsync(other, file, Token);
        await _store.DeleteAsync(one.Id, Token);
        Assert.Null(await _store.ReadAsync(one.Id, Token));
        Assert.Equal(file, await _store.ReadAsync(other.Id, Token));
    }

    [Theory]
    [InlineData("gone", "its bytes are not in the store")]
    [InlineData("changed", "bytes of another hash")]
    [InlineData("cut", "bytes of another hash")]
    public async Task Bytes_that_are_not_what_was_put_are_refused_and_a_put_repairs_them(string damage, string message)
    {
        var file = Pictures.Png(3);
        var info = await _store.PutAsync(Pictures.Info(file), file, Token);
        var (database, key) = (_connection.GetDatabase(), (RedisKey)$"mmi:{{{info.Id}}}:bytes");
        await (damage switch
        {
            "gone" => database.KeyDeleteAsync(key),
            "changed" => (Task)database.StringSetRangeAsync(key, 100, new byte[] { 1, 2, 3 }),
            _ => database.StringSetAsync(key, file[..^1]),
        });
        var problem = await Assert.ThrowsAsync<ImageDamagedException>(() => _store.ReadAsync(info.Id, Token));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal(info, await _store.PutAsync(info, file, Token));
        Assert.Equal(file, await _store.ReadAsync(info.Id, Token));
    }

    [Theory]
    [InlineData("width")]
    [InlineData("version")]
    [InlineData("created")]
    public async Task A_record_that_lacks_a_field_is_damaged_and_never_an_absent_image(string field)
    {
        var file = Pictures.Png(4);
        var info = await _store.PutAsync(Pictures.Info(file), file, Token);
        await _connection.GetDatabase().HashDeleteAsync($"mmi:{{{info.Id}}}:info", field);
        await Assert.ThrowsAsync<ImageDamagedException>(() => _store.FindAsync(info.Id, Token));
        await _connection.GetDatabase().HashSetAsync($"mmi:{{{info.Id}}}:info", field, "x");
        await Assert.ThrowsAsync<ImageDamagedException>(() => _store.ReadAsync(info.Id, Token));
    }

    [Fact]
    public async Task Bytes_without_a_record_are_no_image_and_do_not_hinder_a_put()
    {
        var file = Pictures.Png(5);
        var info = Pictures.Info(file);
        await _connection.GetDatabase().StringSetAsync($"mmi:{{{info.Id}}}:bytes", file[..10]); // a put that died
        Assert.Null(await _store.ReadAsync(info.Id, Token));
        await _store.PutAsync(info, file, Token);
        Assert.Equal(file, await _store.ReadAsync(info.Id, Token));
    }

    [Fact]
    public async Task Clusters_of_one_store_have_their_own_images()
    {
        var file = Pictures.Png(6);
        var info = Pictures.Info(file);
        await _store.PutAsync(info, file, Token);
        var other = new RedisImageStore(_connection, "other");
        Assert.Null(await other.FindAsync(info.Id, Token));
        await other.DeleteAsync(info.Id, Token);
        Assert.Equal(file, await _store.ReadAsync(info.Id, Token));
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_servers_death_and_its_absence_is_one_sentence()
    {
        var files = Enumerable.Range(0, 20).Select(seed => Pictures.Png(seed)).ToArray();
        foreach (var file in files)
        {
            await _store.PutAsync(Pictures.Info(file), file, Token);
        }

        _redis.Kill();
        var problem = await Assert.ThrowsAsync<IOException>(() => _store.FindAsync(Pictures.Info(files[0]).Id, Token));
        Assert.StartsWith("The store did not confirm a command for the image 'acme/", problem.Message, StringComparison.Ordinal);
        await _redis.StartAsync();
        await using var server = await OpenAsync();
        var again = new RedisImageStore(server.Connection, "mmi");
        foreach (var file in files)
        {
            Assert.Equal(file, await again.ReadAsync(Pictures.Info(file).Id, Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _redis.Dispose();
    }

    private Task<ClusterStore> OpenAsync() => ClusterStore.OpenAsync(new StoreOptions { ConnectionString = _redis.ConnectionString }, null, Token);
}
