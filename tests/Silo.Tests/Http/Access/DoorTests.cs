using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Tests.Weights;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http.Access;

namespace MmiGrains.Silo.Tests.Http.Access;

public sealed class DoorTests(KeyedSilo silo)
{
    [Fact]
    public async Task Without_a_key_only_this_machine_is_listened_to()
    {
        using var folder = new TemporaryFolder();
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { DataFolder = folder.Path }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await AccessRules.IsOpenAsync(store, IPAddress.Loopback));
        Assert.True(await AccessRules.IsOpenAsync(store, IPAddress.IPv6Loopback));
        var refused = await Assert.ThrowsAsync<CommandException>(() => AccessRules.IsOpenAsync(store, IPAddress.Parse("10.1.2.3")));
        Assert.Contains("10.1.2.3", refused.Message);

        var access = new AccessStore(store.Connection, store.Options.KeyPrefix, TimeProvider.System);
        await access.WriteKeyAsync(new KeyRecord("0123456789ab", "acme", "", AccessScopes.All, new byte[32], DateTimeOffset.UtcNow) { Revoked = DateTimeOffset.UtcNow });
        Assert.False(await AccessRules.IsOpenAsync(store, IPAddress.Parse("10.1.2.3"))); // a last key that was revoked opens nothing
    }

    [Fact]
    public async Task A_store_that_has_lost_its_keys_lets_nobody_in()
    {
        using var folder = new TemporaryFolder();
        await using var store = await ClusterStore.OpenAsync(new StoreOptions { DataFolder = folder.Path }, cancellationToken: TestContext.Current.CancellationToken);
        var (access, clock, key) = (new AccessStore(store.Connection, store.Options.KeyPrefix, TimeProvider.System), new LateClock(TimeSpan.Zero), ApiKey.Create());
        using var ring = new KeyRing(access, clock, NullLogger<KeyRing>.Instance);
        Assert.True(await ring.IsOpenAsync()); // none was ever made
        await access.WriteKeyAsync(new KeyRecord(key.Id, "acme", "", AccessScopes.All, key.Hash(await access.Secret.DeriveAsync(ApiKey.HashPurpose)), DateTimeOffset.UtcNow));
        clock.By += TimeSpan.FromMinutes(1);
        Assert.Equal("acme", (await ring.FindAsync(key.Reveal()))!.Tenant);
        Assert.True(await store.Connection.GetDatabase().KeyDeleteAsync($"{store.Options.KeyPrefix}/access/keys"));
        clock.By += TimeSpan.FromMinutes(1);
        Assert.False(await ring.IsOpenAsync());
        Assert.Null(await ring.FindAsync(key.Reveal()));
        Assert.Null(await ring.FindAsync(null));
    }

    [Theory]
    [InlineData("mmi_0123456789ab_", false)]
    [InlineData("mmi_0123456789ab_00000000000000000000000000000000000000000000000000000000000000zz", false)]
    [InlineData("mmi_0123456789ab_0000000000000000000000000000000000000000000000000000000000000000", true)]
    public void Only_what_may_be_a_key_is_looked_up(string text, bool isKey) => Assert.Equal(isKey, ApiKey.TryParse(text, out _));

    [Fact]
    public void A_key_is_read_back_and_does_not_show_itself()
    {
        var key = ApiKey.Create();
        Assert.True(ApiKey.TryParse(key.Reveal(), out var read));
        Assert.Equal(key, read);
        Assert.DoesNotContain(key.Secret, key.ToString());
        Assert.NotEqual(ApiKey.Create().Hash(new byte[32]), key.Hash(new byte[32]));
    }

    [Fact]
    public async Task A_signed_address_holds_for_its_path_its_tenant_and_its_time()
    {
        await silo.ReadyAsync();
        var urls = silo.Service<SignedUrls>();
        var path = $"/v1/images/{new string('a', 64)}";
        var signed = new Uri(await urls.SignAsync(Request("GET", path, ""), path, "acme"));
        Assert.Equal("acme", await urls.VerifyAsync(Request("GET", path, signed.Query)));
        Assert.Null(await urls.VerifyAsync(Request("POST", path, signed.Query)));
        Assert.Null(await urls.VerifyAsync(Request("GET", path[..^1] + "b", signed.Query)));
        Assert.Null(await urls.VerifyAsync(Request("GET", path, signed.Query.Replace("acme", "other", StringComparison.Ordinal))));
        Assert.Null(await urls.VerifyAsync(Request("GET", path, signed.Query.Replace("expires=", "expires=9", StringComparison.Ordinal))));
        Assert.Null(await urls.VerifyAsync(Request("GET", path, "?tenant=acme&expires=1&signature=x")));

        var late = new SignedUrls(silo.Service<AccessStore>(), new LateClock(SignedUrls.Lifetime + TimeSpan.FromMinutes(1)), new SiloOptions());
        Assert.Null(await late.VerifyAsync(Request("GET", path, signed.Query)));

        Assert.StartsWith("http://here/v1/images/", signed.ToString());
        var known = new SignedUrls(silo.Service<AccessStore>(), TimeProvider.System, new SiloOptions { PublicUrl = new Uri("https://pictures.example/mmi/") });
        Assert.Equal($"https://pictures.example/mmi{path}{signed.Query}", await known.SignAsync(Request("GET", path, ""), path, "acme"));
    }

    private static HttpRequest Request(string method, string path, string query)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Path, request.QueryString, request.Scheme, request.Host) = (method, path, new QueryString(query), "http", new HostString("here"));
        return request;
    }

    private sealed class LateClock(TimeSpan by) : TimeProvider
    {
        public TimeSpan By { get; set; } = by;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + By;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(By.TotalSeconds * TimestampFrequency);
    }
}
