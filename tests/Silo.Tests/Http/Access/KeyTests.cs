using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmiGrains.Silo.Http.Access;

namespace MmiGrains.Silo.Tests.Http.Access;

public sealed class KeyTests(KeyedSilo silo)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_right_key_nothing_under_v1_is_answered_and_the_rest_is()
    {
        await silo.ReadyAsync();
        var almost = silo.Key[..^1] + (silo.Key[^1] == '0' ? '1' : '0');
        foreach (var (key, code) in new[] { (null, "missing_api_key"), ("sk-something", "invalid_api_key"), (almost, "invalid_api_key"), ("mmi_000000000000_" + new string('0', 64), "invalid_api_key") })
        {
            var response = await silo.SendAsync(HttpMethod.Get, "/v1/models", key);
            var error = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["error"]!;
            Assert.Equal((HttpStatusCode.Unauthorized, code, "authentication_error"), (response.StatusCode, (string)error["code"]!, (string)error["type"]!));
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
            Assert.DoesNotContain(key ?? "-", error.ToJsonString());
        }

        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/v1/models", silo.Key)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/health/live", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/", null)).StatusCode);
    }

    [Fact]
    public async Task The_native_interface_is_behind_the_same_door_and_tenants_do_not_see_each_other()
    {
        await silo.ReadyAsync();
        var other = await silo.AddKeyAsync("other");
        Assert.Equal(HttpStatusCode.Unauthorized, (await silo.SendAsync(HttpMethod.Post, "/v1/sessions", null)).StatusCode);
        var made = await silo.SendAsync(HttpMethod.Post, "/v1/sessions", silo.Key);
        var id = (string)(await made.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["id"]!;
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, $"/v1/sessions/{id}", silo.Key)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await silo.SendAsync(HttpMethod.Get, $"/v1/sessions/{id}", other)).StatusCode);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_within_five_seconds_and_its_stream_ends()
    {
        await silo.ReadyAsync();
        var key = await silo.AddKeyAsync("leaving");
        using var client = silo.Connect(key);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = JsonContent.Create(new { model = "mini", stream = true, image_first = true, max_images = 1, image_steps = 1000, messages = new[] { new { role = "user", content = "draw a red circle." } } }),
        };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        Assert.True(await stream.ReadAsync(new byte[1], Cancellation) > 0);

        silo.Keys("revoke", key.Split('_')[1]);
        var revoked = DateTimeOffset.UtcNow;
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            var rest = await new StreamReader(stream).ReadToEndAsync(Cancellation);
            Assert.DoesNotContain("[DONE]", rest);
            throw new IOException("It ended."); // an aborted connection may look like its end
        });
        await KeyedSilo.UntilAsync(async () => (await silo.SendAsync(HttpMethod.Get, "/v1/models", key)).StatusCode == HttpStatusCode.Unauthorized);
        Assert.True(DateTimeOffset.UtcNow - revoked < KeyRing.RevocationTime, $"{DateTimeOffset.UtcNow - revoked}");
        Assert.Contains("revoked", silo.Keys("list").Lines.Single(line => line.StartsWith(key.Split('_')[1], StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_key_to_read_with_makes_nothing()
    {
        await silo.ReadyAsync();
        var key = await silo.AddKeyAsync("acme", "--scopes", "read");
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/v1/models", key)).StatusCode);
        var refused = await silo.SendAsync(HttpMethod.Post, "/v1/chat/completions", key, JsonContent.Create(new { }));
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("POST needs the scope 'generate'; the key has 'read'.", (string)(await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["error"]!["message"]!);
    }

    [Fact]
    public async Task Only_a_key_to_operate_with_changes_the_served_model()
    {
        await silo.ReadyAsync();
        var refused = await silo.SendAsync(HttpMethod.Post, "/v1/cluster/model/roll-back", silo.Key);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("POST needs the scope 'operate'; the key has 'read, generate'.", (string)(await refused.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["error"]!["message"]!);
        var key = await silo.AddKeyAsync("ops", "--scopes", "read,operate");
        Assert.Equal(HttpStatusCode.Conflict, (await silo.SendAsync(HttpMethod.Post, "/v1/cluster/model/roll-back", key)).StatusCode); // there is nothing before it
        Assert.Contains(silo.Keys("list").Lines, line => line.Contains("ops", StringComparison.Ordinal) && line.Contains("read,operate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_store_has_no_secret_and_the_audit_log_no_contents()
    {
        await silo.ReadyAsync();
        await silo.SendAsync(HttpMethod.Post, "/v1/chat/completions", silo.Key, JsonContent.Create(new { model = "canary-contents" }));
        var store = silo.Service<AccessStore>();
        await KeyedSilo.UntilAsync(async () => (await store.ReadAuditAsync(50)).Any(entry => entry is { Route: "/v1/chat/completions", Status: 404 }));
        var entry = (await store.ReadAuditAsync(50)).First(entry => entry is { Route: "/v1/chat/completions", Status: 404 });
        Assert.Equal(("acme", silo.Key.Split('_')[1], "POST"), (entry.Tenant, entry.Key, entry.Method));
        Assert.DoesNotContain("canary", entry.ToString());

        var record = (await store.ReadKeysAsync()).First(key => silo.Key.Contains(key.Id, StringComparison.Ordinal));
        Assert.Equal(32, record.Hash.Length);
        Assert.DoesNotContain(silo.Key.Split('_')[2], System.Text.Json.JsonSerializer.Serialize(record, AccessJson.Default.KeyRecord));
    }

    [Theory]
    [InlineData("keys add a/b", "'a/b'")]
    [InlineData("keys add a --scopes all", "'all'")]
    [InlineData("keys limits a --tokens-per-day -1", "--tokens-per-day", "-1")]
    public void A_wrong_command_says_what_is_wrong(string line, params string[] parts) => Mmi.Run([.. line.Split(' '), "--data", Path.Combine(Path.GetTempPath(), $"mmi-{Guid.NewGuid():N}")]).CouldNotRun(parts);
}
