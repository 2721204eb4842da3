using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace MmiGrains.Silo.Demo;

/// <summary>Talks to a silo as any program would: over HTTP.</summary>
/// <param name="address">Where the silo answers.</param>
internal sealed class DemoClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Begins a conversation.</summary>
    public async Task<string> CreateAsync(CancellationToken cancellation)
    {
        using var response = await _http.PostAsync("/v1/sessions", content: null, cancellation);
        return await IdAsync(response, cancellation);
    }

    /// <summary>Uploads a picture.</summary>
    public async Task<string> UploadAsync(byte[] png, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(png);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var response = await _http.PostAsync("/v1/images", content, cancellation);
        return await IdAsync(response, cancellation);
    }

    /// <summary>Says something; the answer's events, to its end.</summary>
    public async IAsyncEnumerable<(string Name, JsonNode Data)> SayAsync(string session, JsonObject turn, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/sessions/{session}/turns") { Content = JsonContent.Create(turn) };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await RequireAsync(response, cancellation);
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellation))
        {
            yield return (item.EventType, JsonNode.Parse(item.Data)!);
        }
    }

    /// <summary>The bytes at an address of the silo.</summary>
    public async Task<byte[]> ReadAsync(string path, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(path, cancellation);
        await RequireAsync(response, cancellation);
        return await response.Content.ReadAsByteArrayAsync(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<string> IdAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await RequireAsync(response, cancellation);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellation))!["id"]!;
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new CommandException($"The silo refused {response.RequestMessage!.RequestUri!.AbsolutePath} with {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
