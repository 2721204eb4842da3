using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Illustration;

/// <summary>Talks to a silo about illustration jobs, as any program would: over HTTP.</summary>
internal sealed class IllustrationClient : IDisposable
{
    private const string Jobs = "/v1/jobs/illustrations";

    private readonly HttpClient _http;

    /// <param name="address">Where the silo answers.</param>
    /// <param name="key">An API key; null for none.</param>
    public IllustrationClient(Uri address, string? key)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };
        _http.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
    }

    /// <summary>Puts a picture; its name.</summary>
    public async Task<string> UploadAsync(byte[] picture, CancellationToken cancellation) =>
        (string)(await AskAsync(HttpMethod.Post, "/v1/images", new ByteArrayContent(picture), null, cancellation))["id"]!;

    /// <summary>Plans, and what running them would take.</summary>
    public Task<JsonNode> PlanAsync(JsonObject request, CancellationToken cancellation) => AskAsync(HttpMethod.Post, $"{Jobs}/plan", JsonContent.Create(request), null, cancellation);

    /// <summary>Begins a job; with a key that was used before, finds it.</summary>
    public Task<JsonNode> CreateAsync(JsonObject request, string key, CancellationToken cancellation) => AskAsync(HttpMethod.Post, Jobs, JsonContent.Create(request), key, cancellation);

    /// <summary>How far a job is.</summary>
    public Task<JsonNode> ReadAsync(string job, CancellationToken cancellation) => AskAsync(HttpMethod.Get, $"{Jobs}/{job}", null, null, cancellation);

    /// <summary>Lets a job go on.</summary>
    public Task<JsonNode> ResumeAsync(string job, int? budget, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, $"{Jobs}/{job}/resume", budget is null ? null : JsonContent.Create(new JsonObject { ["budget"] = budget }), null, cancellation);

    /// <summary>Has one picture painted again.</summary>
    public Task<JsonNode> RepaintAsync(string job, int document, string figure, long seed, CancellationToken cancellation) =>
        AskAsync(HttpMethod.Post, $"{Jobs}/{job}/documents/{document}/figures/{Uri.EscapeDataString(figure)}", JsonContent.Create(new JsonObject { ["seed"] = seed }), null, cancellation);

    /// <summary>How far a job is, each time that it changes, to its end.</summary>
    public async IAsyncEnumerable<JsonNode> WatchAsync(string job, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Jobs}/{job}/events");
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await RequireAsync(response, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellation))
        {
            yield return JsonNode.Parse(item.Data)!;
        }
    }

    /// <summary>A job's result, as the bytes of an archive.</summary>
    public async Task<byte[]> ResultAsync(string job, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync($"{Jobs}/{job}/result", cancellation);
        await RequireAsync(response, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> AskAsync(HttpMethod method, string path, HttpContent? content, string? key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await _http.SendAsync(request, cancellation);
        await RequireAsync(response, cancellation);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!;
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandException(Sentence(await response.Content.ReadAsStringAsync(cancellation)) ?? $"The silo answered {(int)response.StatusCode}.");
        }
    }

    private static string? Sentence(string body)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["error"]?["message"];
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
