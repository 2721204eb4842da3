using System.Net;
using System.Text;

namespace MmiGrains.Silo.Tests.Http;

public sealed class RefusalTests(HttpSilo silo)
{
    [Theory]
    [InlineData("{\"content\": [", "invalid_json", null, "line 1")]
    [InlineData("", "invalid_json", null, "empty")]
    [InlineData("[]", "invalid_type", null, "an object")]
    [InlineData("null", "invalid_type", null, "null")]
    [InlineData("{}", "missing_field", "content", "'content'")]
    [InlineData("{\"content\": []}", "invalid_value", "content", "at least one")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"a\"}]} x", "invalid_json", null, "line 1")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"a\"}], \"content\": []}", "duplicate_field", "content", "twice")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"a\"}], \"model\": \"x\"}", "unknown_field", "model", "'model'")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"a\"}], \"settings\": {\"chat_template\": \"x\"}}", "unknown_field", "settings.chat_template", "chat_template")]
    [InlineData("{\"content\": \"hello\"}", "invalid_type", "content", "an array; it is \"hello\"")]
    [InlineData("{\"content\": [{\"type\": \"audio\"}]}", "invalid_value", "content[0].type", "'audio'")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"\"}]}", "invalid_value", "content", "empty text")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"a\\u0000b\"}]}", "invalid_value", "content[0].text", "NUL")]
    [InlineData("{\"content\": [{\"type\": \"text\", \"text\": \"\\ud800\"}]}", "invalid_type", "content[0].text", "a text")]
    [InlineData("{\"content\": [{\"type\": \"image\", \"image_id\": \"../x\"}]}", "invalid_value", "content[0].image_id", "'../x'")]
    [InlineData("{\"content\": [{\"type\": \"image\", \"text\": \"x\"}]}", "invalid_value", "content[0]", "image_id")]
    public async Task A_body_that_cannot_be_is_told_by_field(string body, string code, string? field, string part)
    {
        using var client = await silo.ConnectAsync();
        var error = (await client.PostAsync($"/v1/sessions/{await client.CreateAsync()}/turns", body)).Refusal(HttpStatusCode.BadRequest, code);
        Assert.Equal(field, (string?)error["param"]);
        Assert.Contains(part, (string)error["message"]!);
    }

    [Theory]
    [InlineData("\"max_tokens\": 0", "max_tokens", "1 to")]
    [InlineData("\"max_tokens\": -1", "max_tokens", "it is -1")]
    [InlineData("\"max_tokens\": 2147483648", "settings.max_tokens", "a whole number, and not too large; it is 2147483648")]
    [InlineData("\"max_tokens\": \"many\"", "settings.max_tokens", "a number; it is \"many\"")]
    [InlineData("\"temperature\": 11", "temperature", "it is 11")]
    [InlineData("\"top_p\": 0", "top_p", "it is 0")]
    [InlineData("\"max_images\": 65", "max_images", "it is 65")]
    [InlineData("\"image_steps\": 0", "image_steps", "it is 0")]
    [InlineData("\"guidance_scale\": 1e9", "guidance_scale", "0 to 100")]
    [InlineData("\"seed\": 1.5", "settings.seed", "a whole number, and not too large; it is 1.5")]
    [InlineData("\"image_first\": 1", "settings.image_first", "true or false; it is 1")]
    [InlineData("\"stop\": [\"a\", \"b\", \"c\", \"d\", \"e\"]", "stop", "it has 5")]
    public async Task A_setting_out_of_its_limits_is_told_with_limit_and_value(string settings, string field, string part)
    {
        using var client = await silo.ConnectAsync();
        var answer = await client.PostAsync($"/v1/sessions/{await client.CreateAsync()}/turns", NativeClient.Turn("a", settings));
        var error = answer.Body(HttpStatusCode.BadRequest)["error"]!;
        Assert.Equal(field, (string)error["param"]!);
        Assert.Contains(part, (string)error["message"]!);
    }

    [Fact]
    public async Task What_is_too_large_too_deep_or_of_another_type_is_refused()
    {
        using var client = await silo.ConnectAsync();
        var turns = $"/v1/sessions/{await client.CreateAsync()}/turns";
        (await client.PostAsync(turns, new string(' ', 17 << 20))).Refusal(HttpStatusCode.RequestEntityTooLarge, "request_too_large");
        (await client.PostAsync(turns, $"{{\"content\": {new string('[', 10_000)}")).Refusal(HttpStatusCode.BadRequest, "invalid_type");
        (await client.PostAsync(turns, NativeClient.Turn(new string('a', 10 << 20)))).Refusal(HttpStatusCode.BadRequest, "context_length_exceeded");
        (await client.PostAsync(turns, NativeClient.Turn(new string('a', 2 << 20)))).Refusal(HttpStatusCode.BadRequest, "context_length_exceeded");
        (await client.PostAsync(turns, NativeClient.Turn(string.Concat(Enumerable.Repeat("a star. ", 20_000))))).Refusal(HttpStatusCode.BadRequest, "context_length_exceeded");
        var form = await client.SendAsync(HttpMethod.Post, turns, new StringContent("a=b", Encoding.UTF8, "application/x-www-form-urlencoded"));
        form.Refusal(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        var key = await client.SendAsync(HttpMethod.Post, turns, NativeClient.Json(NativeClient.Turn("a")), ("Idempotency-Key", new string('k', 300)));
        Assert.Equal("idempotency_key", (string)key.Refusal(HttpStatusCode.BadRequest, "invalid_value")["param"]!);
    }

    [Fact]
    public async Task What_is_not_there_is_404_and_what_is_not_done_405()
    {
        using var client = await silo.ConnectAsync();
        var missing = new string('0', 64);
        Assert.Contains("/v1/nothing", (string)(await client.GetAsync("/v1/nothing")).Refusal(HttpStatusCode.NotFound, "unknown_route")["message"]!);
        (await client.GetAsync("/v1/sessions/none")).Refusal(HttpStatusCode.NotFound, "session_not_found");
        (await client.GetAsync("/v1/sessions/a%20b/events")).Refusal(HttpStatusCode.NotFound, "session_not_found");
        (await client.GetAsync("/v1/sessions/none/events")).Refusal(HttpStatusCode.NotFound, "session_not_found");
        (await client.SendAsync(HttpMethod.Delete, "/v1/sessions/none")).Refusal(HttpStatusCode.NotFound, "session_not_found");
        (await client.GetAsync($"/v1/images/{missing}")).Refusal(HttpStatusCode.NotFound, "image_not_found");
        (await client.GetAsync("/v1/images/none/thumbnail")).Refusal(HttpStatusCode.NotFound, "image_not_found");
        (await client.PostAsync(
            $"/v1/sessions/{await client.CreateAsync()}/turns", $$"""{"content": [{"type": "image", "image_id": "{{missing}}"}]}""")).Refusal(HttpStatusCode.NotFound, "image_not_found");
        (await client.SendAsync(HttpMethod.Put, "/v1/sessions")).Refusal(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        (await client.GetAsync("/v1/sessions?limit=0")).Refusal(HttpStatusCode.BadRequest, "invalid_value");
        (await client.GetAsync("/v1/sessions?before=yesterday")).Refusal(HttpStatusCode.BadRequest, "invalid_value");
        (await client.GetAsync("/v1/sessions/none/events?after=x")).Refusal(HttpStatusCode.BadRequest, "invalid_value");
    }
}
