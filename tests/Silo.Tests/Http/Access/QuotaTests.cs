using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Access;

namespace MmiGrains.Silo.Tests.Http.Access;

public sealed class QuotaTests(KeyedSilo silo)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_over_the_limit_of_a_minute_are_told_when_to_come_again()
    {
        await silo.ReadyAsync();
        var key = await LimitedAsync("eager", "--requests-per-minute", "3");
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 8 && refused is null; i++) // twice as many, since a minute may end among them
        {
            var response = await silo.SendAsync(HttpMethod.Get, "/v1/models", key);
            Assert.Equal("3", Header(response, "x-ratelimit-limit-requests"));
            refused = response.StatusCode == HttpStatusCode.OK ? null : response;
        }

        await RefusedAsync(refused!, "requests_per_minute_exceeded", "3 requests");
        Assert.Equal("0", Header(refused!, "x-ratelimit-remaining-requests"));
        Assert.InRange(refused!.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(HttpStatusCode.OK, (await silo.SendAsync(HttpMethod.Get, "/v1/models", silo.Key)).StatusCode); // of another tenant
    }

    [Fact]
    public async Task Tokens_are_counted_and_used_up()
    {
        await silo.ReadyAsync();
        var key = await LimitedAsync("talker", "--tokens-per-day", "5");
        var answer = await (await ChatAsync(key)).Content.ReadFromJsonAsync<JsonNode>(Cancellation);
        var total = (long)answer!["usage"]!["total_tokens"]!;
        await KeyedSilo.UntilAsync(async () => (await silo.Service<AccessStore>().UsageAsync("talker")).Tokens == total);
        var refused = await ChatAsync(key);
        await RefusedAsync(refused, "tokens_per_day_exceeded", "5 tokens", $"{total}");
        Assert.Equal(("5", "0"), (Header(refused, "x-ratelimit-limit-tokens"), Header(refused, "x-ratelimit-remaining-tokens")));
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.Zero);
        Assert.Contains(silo.Keys("list").Lines, line => line.StartsWith("talker", StringComparison.Ordinal) && line.Contains($"{total}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Images_are_counted_and_used_up()
    {
        await silo.ReadyAsync();
        var key = await LimitedAsync("painter", "--images-per-day", "1");
        Assert.Equal(HttpStatusCode.OK, (await PaintAsync(key)).StatusCode);
        await KeyedSilo.UntilAsync(async () => (await silo.Service<AccessStore>().UsageAsync("painter")).Images == 1);
        await RefusedAsync(await PaintAsync(key), "images_per_day_exceeded", "1 images");
        Assert.Equal(HttpStatusCode.OK, (await ChatAsync(key)).StatusCode); // text is still to be had
    }

    [Fact]
    public async Task Turns_at_the_same_time_are_limited_and_their_places_come_back()
    {
        await silo.ReadyAsync();
        var key = await LimitedAsync("busy", "--concurrent-turns", "1");
        using (var client = silo.Connect(key))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = Slow() };
            using var first = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            await RefusedAsync(await ChatAsync(key), "concurrent_turns_exceeded", "1 turns");
        } // leaves in the middle

        await KeyedSilo.UntilAsync(async () => (await ChatAsync(key)).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_turn_takes_one_place_however_often_it_is_asked_for()
    {
        await silo.ReadyAsync();
        var store = silo.Service<AccessStore>();
        Assert.True(await store.TakeSlotAsync("slots", "a", 2));
        Assert.True(await store.TakeSlotAsync("slots", "a", 2));
        Assert.True(await store.TakeSlotAsync("slots", "b", 2));
        Assert.False(await store.TakeSlotAsync("slots", "c", 2));
        await store.FreeSlotAsync("slots", "a");
        Assert.True(await store.TakeSlotAsync("slots", "c", 2));
        await store.AddUsageAsync("slots", new TurnUsage(3, 2, 1, 4));
        Assert.Equal(new UsageToday(1, 3, 2, 1, 4), await store.UsageAsync("slots"));
    }

    private async Task<string> LimitedAsync(string tenant, params string[] limits)
    {
        var key = await silo.AddKeyAsync(tenant);
        silo.Keys(["limits", tenant, .. limits]);
        await KeyedSilo.UntilAsync(async () => await silo.Service<KeyRing>().QuotaAsync(tenant) != TenantQuota.None);
        return key;
    }

    private Task<HttpResponseMessage> ChatAsync(string key) => silo.SendAsync(
        HttpMethod.Post, "/v1/chat/completions", key, JsonContent.Create(new { model = "mini", max_tokens = 4, max_images = 0, messages = new[] { new { role = "user", content = "what is it?" } } }));

    private Task<HttpResponseMessage> PaintAsync(string key) =>
        silo.SendAsync(HttpMethod.Post, "/v1/images/generations", key, JsonContent.Create(new { prompt = "draw a red circle.", image_steps = 2 }));

    private static JsonContent Slow() => JsonContent.Create(
        new { model = "mini", stream = true, image_first = true, image_steps = 1000, messages = new[] { new { role = "user", content = "draw a red circle." } } });

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static async Task RefusedAsync(HttpResponseMessage response, string code, params string[] parts)
    {
        var error = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["error"]!;
        Assert.Equal((HttpStatusCode.TooManyRequests, code, "rate_limit_error"), (response.StatusCode, (string)error["code"]!, (string)error["type"]!));
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.All(parts, part => Assert.Contains(part, (string)error["message"]!));
    }
}
