using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Client.Http;

/// <summary>Talks to a cluster over HTTP: uploads, conversations, the cluster's state.</summary>
internal sealed class MmiClient : IDisposable
{
    private const int MostTries = 6;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private readonly HttpClient _http;

    /// <param name="address">Where a frontend answers.</param>
    /// <param name="key">An API key; null where none is wanted.</param>
    public MmiClient(Uri address, string? key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }
    }

    /// <summary>Begins a conversation, and tells its name.</summary>
    public async Task<string> CreateAsync(CancellationToken cancellation) =>
        (string)(await JsonAsync(HttpMethod.Post, "/v1/sessions", null, cancellation))["id"]!;

    /// <summary>Uploads a picture's file, and tells its name.</summary>
    public async Task<string> UploadAsync(string path, CancellationToken cancellation)
    {
        byte[] file;
        try
        {
            file = await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ClientException($"The picture '{path}' cannot be read: {problem.Message}");
        }

        return (string)(await JsonAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(file), cancellation))["id"]!;
    }

    /// <summary>The silos, their devices and queues.</summary>
    public Task<JsonObject> ClusterAsync(CancellationToken cancellation) => JsonAsync(HttpMethod.Get, "/v1/cluster", null, cancellation);

    /// <summary>Which model is served.</summary>
    public Task<JsonObject> ModelAsync(CancellationToken cancellation) => JsonAsync(HttpMethod.Get, "/v1/cluster/model", null, cancellation);

    /// <summary>Has another model served.</summary>
    public Task<JsonObject> PromoteAsync(JsonObject model, CancellationToken cancellation) => JsonAsync(HttpMethod.Post, "/v1/cluster/model", JsonContent.Create(model), cancellation);

    /// <summary>Has the model before served again.</summary>
    public Task<JsonObject> RollBackAsync(CancellationToken cancellation) => JsonAsync(HttpMethod.Post, "/v1/cluster/model/roll-back", null, cancellation);

    /// <summary>A picture's bytes.</summary>
    public async Task<byte[]> ImageAsync(string id, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/v1/images/{id}"), cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <summary>Ends an answer.</summary>
    public Task CancelAsync(string session, string turn, CancellationToken cancellation) =>
        JsonAsync(HttpMethod.Post, $"/v1/sessions/{session}/turns/{turn}/cancel", null, cancellation);

    /// <summary>
    /// Says something; the answer's events, to its end. A connection that breaks is made again: the key makes it the same turn, and the answer
    /// goes on after the last event.
    /// </summary>
    public async IAsyncEnumerable<ServerEvent> SayAsync(string session, JsonObject turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (key, last, tries) = ($"cli-{Guid.NewGuid():N}", 0L, 0);
        while (true)
        {
            await using var events = OnceAsync(session, turn, key, last, cancellation).GetAsyncEnumerator(cancellation);
            while (await NextAsync(events, ++tries) is { } found)
            {
                if (!found)
                {
                    yield break;
                }

                (last, tries) = (Math.Max(last, (long?)events.Current.Data["sequence"] ?? 0), 0);
                yield return events.Current;
            }

            await Task.Delay(Pause * tries, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // Null where the connection broke and may be made again.
    private static async Task<bool?> NextAsync(IAsyncEnumerator<ServerEvent> events, int tries)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException && tries < MostTries)
        {
            return null;
        }
    }

    private async IAsyncEnumerable<ServerEvent> OnceAsync(
        string session, JsonObject turn, string key, long last, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/sessions/{session}/turns") { Content = JsonContent.Create(turn) };
        request.Headers.Add("Idempotency-Key", key);
        if (last > 0)
        {
            request.Headers.Add("Last-Event-ID", $"{last}");
        }

        using var response = await SendAsync(request, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellation))
        {
            var data = JsonNode.Parse(item.Data)!.AsObject();
            switch (item.EventType)
            {
                case "end":
                    yield break;
                case "resume":
                    throw new IOException("The silo leaves.");
                case "error":
                    throw new IOException((string?)data["error"]?["message"]);
                default:
                    yield return new ServerEvent(item.EventType, data);
                    break;
            }
        }

        throw new IOException("The stream ended before the answer did.");
    }

    private async Task<JsonObject> JsonAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(method, path) { Content = content }, cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!.AsObject();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException problem) when (request.Method == HttpMethod.Get || !request.Headers.Contains("Idempotency-Key"))
        {
            throw new ClientException($"Nobody answers at {_http.BaseAddress!.GetLeftPart(UriPartial.Authority)}: {problem.Message} Is './mmi up' running?");
        }

        return response.IsSuccessStatusCode ? response : throw await RefusalAsync(response, cancellation);
    }

    private static async Task<ClientException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync(cancellation);
            try
            {
                return new ClientException((string?)JsonNode.Parse(text)?["error"]?["message"] ?? $"The silo answered {(int)response.StatusCode}.");
            }
            catch (JsonException)
            {
                return new ClientException($"The silo answered {(int)response.StatusCode}; what answers there may be something else.");
            }
        }
    }
}
