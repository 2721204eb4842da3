using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmiGrains.Model.Imaging;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>Bodies as the interfaces that most people use send them.</summary>
public sealed class ClientShapeTests(KeyedSilo silo)
{
    private static readonly byte[] Picture = ImageProcessor.EncodePng(new RgbImage(40, 30, new byte[40 * 30 * 3]));

    private static string DataUrl => $"data:image/png;base64,{Convert.ToBase64String(Picture)}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_WebUI_chats_and_asks_for_pictures()
    {
        var lines = await silo.StreamAsync("/v1/chat/completions", JsonNode.Parse($$$"""
            {
              "stream": true, "model": "mini", "max_tokens": 4, "max_images": 0, "stream_options": {"include_usage": true},
              "messages": [
                {"role": "system", "content": ""},
                {"role": "user", "content": [{"type": "text", "text": "what is it?"}, {"type": "image_url", "image_url": {"url": "{{{DataUrl}}}"}}]}
              ]
            }
            """)!);
        Assert.Equal("[DONE]", lines[^1]);

        var painted = await silo.AnswerAsync("/v1/images/generations", JsonNode.Parse("""
            {"model": "mini", "prompt": "draw a red circle.", "n": 1, "size": "512x512", "response_format": "b64_json", "image_steps": 2}
            """)!);
        Assert.Equal((64, 64), new ImageProcessor().ReadSize(Convert.FromBase64String((string)painted["data"]![0]!["b64_json"]!)));
        Assert.Equal("64x64", (string)painted["size"]!);
    }

    [Fact]
    public async Task LibreChat_sends_what_nobody_needs_and_is_answered()
    {
        var lines = await silo.StreamAsync("/v1/chat/completions", JsonNode.Parse("""
            {
              "model": "mini", "user": "66f0c0ffee", "stream": true, "temperature": 0.7, "top_p": 1, "presence_penalty": 0.1, "frequency_penalty": 0.1, "max_tokens": 4,
              "max_images": 0, "stop": ["\nUser:"], "logit_bias": {}, "tools": [], "parallel_tool_calls": true, "something_new": {"a": [1]},
              "messages": [
                {"role": "user", "content": "what is it?", "name": "Ann"}, {"role": "assistant", "content": "a red circle."},
                {"role": "user", "content": [{"type": "text", "text": "and now?"}]}
              ]
            }
            """)!);
        Assert.Equal("[DONE]", lines[^1]);
        var title = await silo.AnswerAsync("/v1/chat/completions", JsonNode.Parse("""
            {"model": "mini", "temperature": 0.2, "presence_penalty": 0, "frequency_penalty": 0, "max_tokens": 4, "max_images": 0,
             "messages": [{"role": "system", "content": "Detect user language and write in the same language a title of five words or less."}]}
            """)!);
        Assert.Equal("chat.completion", (string)title["object"]!);

        var painted = await silo.AnswerAsync("/v1/images/generations", JsonNode.Parse("""
            {"model": "gpt-image-1", "prompt": "draw a red circle.", "background": "auto", "quality": "auto", "output_format": "png", "output_compression": 100,
             "size": "auto", "n": 2, "moderation": "low", "image_steps": 2}
            """)!);
        Assert.Equal(2, painted["data"]!.AsArray().Count);
        var usage = painted["usage"]!;
        Assert.Equal(20, (int)usage["output_tokens"]!); // of each a begin-of-image token and nine visual ones
        Assert.Equal((int)usage["total_tokens"]!, (int)usage["input_tokens"]! + 20);
    }

    [Fact]
    public async Task LibreChat_edits_several_pictures_in_one_form()
    {
        await silo.ReadyAsync();
        using var form = new MultipartFormDataContent();
        foreach (var (name, value) in new[] { ("model", "gpt-image-1"), ("prompt", "12"), ("quality", "auto"), ("size", "auto"), ("n", "1"), ("image_steps", "2"), ("response_format", "b64_json") })
        {
            form.Add(new StringContent(value), name);
        }

        for (var i = 0; i < 2; i++)
        {
            var file = new ByteArrayContent(Picture);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(file, "image[]", $"{i}.png");
        }

        var response = await silo.SendAsync(HttpMethod.Post, "/v1/images/edits", silo.Key, form);
        var body = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        Assert.True(response.IsSuccessStatusCode, body.ToJsonString());
        Assert.Equal(20, (int)body["usage"]!["input_tokens_details"]!["image_tokens"]!);
    }

    [Fact]
    public async Task Pictures_are_edited_by_data_by_address_and_by_file_and_a_conversation_may_come_along()
    {
        await silo.ReadyAsync();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Picture), "file", "one.png" }, { new StringContent("vision"), "purpose" } };
        var uploaded = (await (await silo.SendAsync(HttpMethod.Post, "/v1/files", silo.Key, form)).Content.ReadFromJsonAsync<JsonNode>(Cancellation))!;
        var id = (string)uploaded["id"]!;
        var ours = $"http://elsewhere.example/v1/images/{id["file-".Length..]}?signature=x";
        foreach (var given in new JsonNode[] { DataUrl, new JsonArray(ours), new JsonArray(new JsonObject { ["file_id"] = id }, new JsonObject { ["image_url"] = DataUrl }) })
        {
            var field = given is JsonArray list && list[0] is JsonObject ? "images" : "image";
            var painted = await silo.AnswerAsync("/v1/images/edits", new JsonObject
            {
                ["prompt"] = "make it blue.",
                ["image_steps"] = 1,
                ["response_format"] = "url",
                [field] = given,
                ["messages"] = new JsonArray(ChatClient.Said("user", "this is a circle."), ChatClient.Said("assistant", "yes.")),
            });
            Assert.Contains("signature=", (string)painted["data"]![0]!["url"]!);
        }
    }

    [Fact]
    public async Task Who_wants_to_know_is_told_what_is_sent_in_vain()
    {
        var body = ChatClient.Chat("what is it?");
        body["messages"]![0]!["colour"] = "red";
        Assert.Equal(200, (await silo.PostAsync("/v1/chat/completions", body)).Status);
        var (status, refusal) = await silo.PostAsync("/v1/chat/completions", body, ("X-Mmi-Strict", "1"));
        Assert.Equal((400, "unknown_field", "messages[0].colour"), (status, (string)refusal["error"]!["code"]!, (string)refusal["error"]!["param"]!));
    }
}
