using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>Requests that bear a key are answered once; files are named in chats.</summary>
public sealed class OnceTests(KeyedSilo silo)
{
    private const string Path = "/v1/chat/completions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_key_and_body_is_one_answer_and_another_body_is_refused()
    {
        var (body, key) = (ChatClient.Chat("tell a story about Bo."), ("Idempotency-Key", $"k-{Guid.NewGuid()}"));
        body["temperature"] = 1.5; // without a seed, two answers would differ
        var first = await silo.AnswerAsync(Path, body, key);
        var again = await silo.AnswerAsync(Path, body, key);
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.InRange((long)first["created"]!, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 60, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Assert.NotEqual((string)first["id"]!, (string)(await silo.AnswerAsync(Path, body))["id"]!);

        body["max_tokens"] = 3;
        var (status, refusal) = await silo.PostAsync(Path, body, key);
        Assert.Equal((422, "idempotency_conflict"), (status, (string)refusal["error"]!["code"]!));
        (status, refusal) = await silo.PostAsync(Path, body, ("Idempotency-Key", new string('k', 300)));
        Assert.Equal((400, "Idempotency-Key may have 256 characters; it has 300."), (status, (string)refusal["error"]!["message"]!));
    }

    [Fact]
    public async Task Pictures_are_painted_once()
    {
        var body = new JsonObject { ["prompt"] = "a big red star.", ["n"] = 2, ["image_steps"] = 3 };
        var key = ("Idempotency-Key", $"k-{Guid.NewGuid()}");
        var first = await silo.AnswerAsync("/v1/images/generations", body, key);
        Assert.Equal(first.ToJsonString(), (await silo.AnswerAsync("/v1/images/generations", body, key)).ToJsonString());
        Assert.NotEqual(first["data"]![0]!.ToJsonString(), first["data"]![1]!.ToJsonString());
    }

    [Fact]
    public async Task An_uploaded_file_is_shown_by_its_id()
    {
        await silo.ReadyAsync();
        using var client = silo.Connect(silo.Key);
        using var file = new ByteArrayContent(SomePictures.Png(seed: 9));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent { { file, "file", "a.png" }, { new StringContent("vision"), "purpose" } };
        using var response = await client.PostAsync("/v1/files", form, Cancellation);
        var id = (string)(await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!["id"]!;

        var costs = new List<int>();
        foreach (var part in new[]
        {
            new JsonObject { ["type"] = "file", ["file"] = new JsonObject { ["file_id"] = id } }, new JsonObject { ["type"] = "input_image", ["file_id"] = id },
            new JsonObject { ["type"] = "image_url", ["image_url"] = $"data:image/png;base64,{Convert.ToBase64String(SomePictures.Png(seed: 9))}" },
        })
        {
            var body = ChatClient.Chat("x");
            body["messages"] = new JsonArray(ChatClient.Said("user", new JsonArray(part, new JsonObject { ["type"] = "text", ["text"] = "what do you see?" })));
            costs.Add((int)(await silo.AnswerAsync(Path, body))["usage"]!["prompt_tokens"]!);
        }

        Assert.Single(costs.Distinct());
        var wrong = ChatClient.Chat("x");
        wrong["messages"] = new JsonArray(ChatClient.Said("user", new JsonArray(new JsonObject { ["type"] = "file", ["file"] = new JsonObject { ["file_data"] = "x" } })));
        var (status, refusal) = await silo.PostAsync(Path, wrong);
        Assert.Equal((400, "messages[0].content[0].file.file_id"), (status, (string)refusal["error"]!["param"]!));
    }
}
