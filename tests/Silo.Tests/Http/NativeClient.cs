using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Tests.Http;

/// <summary>A program that talks to the silo over HTTP.</summary>
internal sealed class NativeClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(3) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Uri Address { get; } = address;

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, content, headers);
        using var response = await _http.SendAsync(request, Cancellation);
        return new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(Cancellation), response.Headers, response.Content.Headers);
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string json) => SendAsync(HttpMethod.Post, path, Json(json));

    public async Task<string> CreateAsync() => (string)(await SendAsync(HttpMethod.Post, "/v1/sessions")).Body(HttpStatusCode.Created)["id"]!;

    public async Task<string> UploadAsync(byte[] image) =>
        (string)(await SendAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(image))).Body(HttpStatusCode.Created)["id"]!;

    /// <summary>Says something, and reads the answer to its end.</summary>
    public async Task<IReadOnlyList<Event>> SayAsync(string session, string turn, params (string Name, string Value)[] headers) =>
        await EventsAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns", turn, headers).ToListAsync(Cancellation);

    /// <summary>The events of a conversation after a number.</summary>
    public async Task<IReadOnlyList<Event>> WatchAsync(string session, long after) =>
        await EventsAsync(HttpMethod.Get, $"/v1/sessions/{session}/events", null, ("Last-Event-ID", $"{after}")).ToListAsync(Cancellation);

    public async IAsyncEnumerable<Event> EventsAsync(HttpMethod method, string path, string? json, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, json is null ? null : Json(json), headers);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {response.StatusCode} {(response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Cancellation))}");
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var body = await response.Content.ReadAsStreamAsync(Cancellation);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(Cancellation))
        {
            yield return new Event(item.EventType, item.EventId, JsonNode.Parse(item.Data)!.AsObject());
        }
    }

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>A turn of one text, answered briefly.</summary>
    public static string Turn(string text, string settings = "\"max_tokens\": 16, \"max_images\": 0") =>
        $$$"""{"content": [{"type": "text", "text": {{{JsonValue.Create(text).ToJsonString()}}}}], "settings": {{{{settings}}}}}""";

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        return request;
    }
}

/// <summary>What the silo answered.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>The JSON of an answer that must have this status.</summary>
    public JsonObject Body(HttpStatusCode status = HttpStatusCode.OK)
    {
        Assert.True(status == Status, $"{(int)Status}: {Text}");
        return JsonNode.Parse(Text)!.AsObject();
    }

    /// <summary>A refusal in the one shape that all have, which says nothing of the program.</summary>
    public JsonObject Refusal(HttpStatusCode status, string code)
    {
        var error = Body(status)["error"]!.AsObject();
        Assert.Equal(code, (string)error["code"]!);
        Assert.Equal(["message", "type", "code", "param", "request_id"], error.Select(field => field.Key));
        Assert.DoesNotContain("System.", (string)error["message"]!);
        Assert.DoesNotContain("MmiGrains.", (string)error["message"]!);
        Assert.DoesNotContain("   at ", Text);
        return error;
    }
}

/// <summary>A server-sent event.</summary>
internal sealed record Event(string Name, string? Id, JsonObject Data);
