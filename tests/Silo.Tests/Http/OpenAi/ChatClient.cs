using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MmiGrains.Silo.Tests.Http.Access;

namespace MmiGrains.Silo.Tests.Http.OpenAi;

/// <summary>Sends bodies as they stand, and reads answers as they come.</summary>
internal static class ChatClient
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The status and the body of an answer.</summary>
    public static async Task<(int Status, JsonNode Body)> PostAsync(this KeyedSilo silo, string path, JsonNode body, params (string Name, string Value)[] headers)
    {
        await silo.ReadyAsync();
        using var client = silo.Connect(silo.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        Array.ForEach(headers, header => request.Headers.Add(header.Name, header.Value));
        using var response = await client.SendAsync(request, Cancellation);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!);
    }

    /// <summary>An answer that is no refusal.</summary>
    public static async Task<JsonNode> AnswerAsync(this KeyedSilo silo, string path, JsonNode body, params (string Name, string Value)[] headers)
    {
        var (status, answer) = await silo.PostAsync(path, body, headers);
        Assert.True(status == 200, answer.ToJsonString());
        return answer;
    }

    /// <summary>The data of a streamed answer, line by line; comments are left out.</summary>
    public static async Task<List<string>> StreamAsync(this KeyedSilo silo, string path, JsonNode body)
    {
        await silo.ReadyAsync();
        using var client = silo.Connect(silo.Key);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        return [.. text.Split("\n\n").Where(part => part.StartsWith("data: ", StringComparison.Ordinal)).Select(part => part["data: ".Length..])];
    }

    /// <summary>A chat's body.</summary>
    public static JsonObject Chat(string content, string model = "mini") => new()
    {
        ["model"] = model,
        ["max_tokens"] = 12,
        ["max_images"] = 0,
        ["messages"] = new JsonArray(Said("user", content)),
    };

    public static JsonObject Said(string role, JsonNode content) => new() { ["role"] = role, ["content"] = content };
}
