using System.Text.Json.Nodes;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

public sealed class OpenAiRefusalTests(KeyedSilo silo)
{
    [Theory]
    [InlineData("""{"max_tokens": 0}""", "invalid_value", "max_tokens", "from 1 to 1048576; it is 0")]
    [InlineData("""{"max_tokens": -1}""", "invalid_value", "max_tokens", "it is -1")]
    [InlineData("""{"max_completion_tokens": 2147483648}""", "invalid_value", "max_completion_tokens", "it is 2147483648")]
    [InlineData("""{"max_tokens": "12"}""", "invalid_value", "max_tokens", "it is \"12\"")]
    [InlineData("""{"n": 1000000}""", "invalid_value", "n", "from 1 to 1; it is 1000000")]
    [InlineData("""{"logprobs": -1}""", "invalid_type", "logprobs", "it is -1")]
    [InlineData("""{"top_logprobs": 5}""", "invalid_value", "top_logprobs", "it is 5")]
    [InlineData("""{"temperature": 1e999}""", "invalid_value", "temperature", "it is 1e999")]
    [InlineData("""{"temperature": "NaN"}""", "invalid_value", "temperature", "from 0 to 2")]
    [InlineData("""{"top_p": 1.5}""", "invalid_value", "top_p", "it is 1.5")]
    [InlineData("""{"stop": ["a", "b", "c", "d", "e"]}""", "invalid_value", "stop", "may have 4 items; it has 5")]
    [InlineData("""{"stop": [""]}""", "invalid_value", "stop[0]", "it has 0")]
    [InlineData("""{"seed": 1.5}""", "invalid_value", "seed", "it is 1.5")]
    [InlineData("""{"stream": "yes"}""", "invalid_type", "stream", "it is \"yes\"")]
    [InlineData("""{"stream_options": 3}""", "invalid_type", "stream_options", "it is 3")]
    [InlineData("""{"model": 3}""", "invalid_type", "model", "it is 3")]
    [InlineData("""{"messages": []}""", "invalid_value", "messages", "it has 0")]
    [InlineData("""{"messages": 3}""", "invalid_type", "messages", "it is 3")]
    [InlineData("""{"messages": [3]}""", "invalid_type", "messages[0]", "it is 3")]
    [InlineData("""{"messages": [{"role": "tool", "content": "x"}]}""", "invalid_value", "messages[0].role", "it is 'tool'")]
    [InlineData("""{"messages": [{"content": "x"}]}""", "missing_field", "messages[0].role", "must be given")]
    [InlineData("""{"messages": [{"role": "user"}]}""", "missing_field", "messages[0].content", "not given")]
    [InlineData("""{"messages": [{"role": "user", "content": ""}]}""", "invalid_value", "messages[0].content", "it has 0")]
    [InlineData("""{"messages": [{"role": "user", "content": "a\u0000b"}]}""", "invalid_text", "messages[0].content", "NUL; it does at 1")]
    [InlineData("""{"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]}""", "invalid_value", "messages[1].role", "it is 'assistant'")]
    [InlineData("""{"messages": [{"role": "user", "content": [{"type": "audio"}]}]}""", "invalid_value", "messages[0].content[0].type", "it is 'audio'")]
    [InlineData("""{"chat_template": "x"}""", "unknown_field", "chat_template", "no field")]
    public async Task A_wrong_field_is_named_with_its_limit_and_its_value(string fields, string code, string param, string part)
    {
        var body = ChatClient.Chat("what is it?");
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject().ToArray())
        {
            body[name] = value?.DeepClone();
        }

        await RefusedAsync("/v1/chat/completions", body, 400, code, param, part);
    }

    [Theory]
    [InlineData("http://127.0.0.1/x.png", 400, "image_url_not_allowed")]
    [InlineData("http://169.254.169.254/latest", 400, "image_url_not_allowed")]
    [InlineData("http://[::1]/x.png", 400, "image_url_not_allowed")]
    [InlineData("file:///etc/passwd", 400, "image_url_not_allowed")]
    [InlineData("https://ok.example\\@127.0.0.1/v1/images/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 400, "image_url_not_allowed")]
    [InlineData("/v1/images/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 400, "image_not_found")]
    [InlineData("data:image/png;base64,", 400, "image_empty")]
    [InlineData("data:image/png;base64,!!!!", 400, "invalid_base64")]
    [InlineData("data:image/png,abc", 400, "invalid_data_url")]
    [InlineData("data:image/png;base64,PHN2Zz48L3N2Zz4=", 415, "image_format_unknown")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=", 400, "image_truncated")]
    public async Task A_picture_that_cannot_be_is_named(string url, int status, string code)
    {
        var body = ChatClient.Chat("x");
        body["messages"]![0]!["content"] = new JsonArray(new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } });
        await RefusedAsync("/v1/chat/completions", body, status, code, "messages[0].content[0].image_url.url", "");
    }

    [Fact]
    public async Task A_text_that_no_model_reads_is_refused_with_its_length()
    {
        await RefusedAsync("/v1/chat/completions", ChatClient.Chat(new string('x', 10_000_000)), 400, "context_length_exceeded", "messages", "131072 characters; they have 10000000");
        await RefusedAsync("/v1/chat/completions", ChatClient.Chat(string.Concat(Enumerable.Repeat("word ", 2000))), 400, "context_length_exceeded", "content", "511 tokens");
    }

    [Theory]
    [InlineData("/v1/images/generations", """{"prompt": ""}""", "missing_field", "prompt", "it has 0")]
    [InlineData("/v1/images/generations", """{"prompt": "x", "n": 11}""", "invalid_value", "n", "from 1 to 10; it is 11")]
    [InlineData("/v1/images/generations", """{"prompt": "x", "size": "big"}""", "invalid_value", "size", "it is 'big'")]
    [InlineData("/v1/images/generations", """{"prompt": "x", "response_format": "gif"}""", "invalid_value", "response_format", "it is 'gif'")]
    [InlineData("/v1/images/edits", """{"prompt": "x"}""", "missing_field", "image", "there are 0")]
    [InlineData("/v1/images/edits", """{"prompt": "x", "image": "data:image/png;base64,AAAA", "mask": "x"}""", "invalid_value", "mask", "must not be given")]
    [InlineData("/v1/completions", """{"model": "mini", "prompt": 3}""", "invalid_type", "prompt", "it is 3")]
    [InlineData("/v1/completions", """{"model": "mini", "prompt": ["a", "b"]}""", "invalid_value", "prompt", "may have 1 items; it has 2")]
    public async Task So_is_a_field_of_the_others(string path, string body, string code, string param, string part) =>
        await RefusedAsync(path, JsonNode.Parse(body)!, 400, code, param, part);

    [Fact]
    public async Task Text_that_is_no_Unicode_is_named()
    {
        await silo.ReadyAsync();
        using var body = new StringContent("""{"model": "mini", "messages": [{"role": "user", "content": "\ud800"}]}""", System.Text.Encoding.UTF8, "application/json");
        var response = await silo.SendAsync(HttpMethod.Post, "/v1/chat/completions", silo.Key, body);
        var answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(("invalid_text", "messages[0].content"), ((string)JsonNode.Parse(answer)!["error"]!["code"]!, (string)JsonNode.Parse(answer)!["error"]!["param"]!));
    }

    [Fact]
    public async Task A_model_that_is_not_served_is_said_so()
    {
        await RefusedAsync("/v1/chat/completions", ChatClient.Chat("x", "gpt-5"), 404, "model_not_found", "model", "'mini' or 'mini-parts'; it is 'gpt-5'");
    }

    private async Task RefusedAsync(string path, JsonNode body, int status, string code, string param, string part)
    {
        var (got, answer) = await silo.PostAsync(path, body);
        var error = answer["error"];
        Assert.True(error is not null, answer.ToJsonString());
        Assert.Equal((status, code, param), (got, (string)error["code"]!, (string?)error["param"]));
        Assert.Contains(part, (string)error["message"]!);
        Assert.DoesNotContain('\n', (string)error["message"]!);
    }
}
