using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace MmiGrains.Silo.Http.Streaming;

/// <summary>Writes server-sent events. The response starts with the first, so that a refusal before it still has its status.</summary>
/// <param name="response">Where to.</param>
internal sealed class EventStreamWriter(HttpResponse response)
{
    /// <summary>How long a stream may be silent.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    /// <summary>Writes one event.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="id">Where a client that lost its connection goes on; null where it could not.</param>
    /// <param name="data">Its fields.</param>
    /// <param name="type">Their JSON.</param>
    public Task WriteAsync<T>(string name, long? id, T data, JsonTypeInfo<T> type)
    {
        var head = id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: ";
        return SendAsync([.. Encoding.UTF8.GetBytes(head), .. JsonSerializer.SerializeToUtf8Bytes(data, type), (byte)'\n', (byte)'\n']);
    }

    /// <summary>Writes a comment, so that nobody on the way takes the connection for dead.</summary>
    public Task BeatAsync() => SendAsync(": still here\n\n"u8.ToArray());

    private async Task SendAsync(byte[] bytes)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        var gone = response.HttpContext.RequestAborted;
        await response.Body.WriteAsync(bytes, gone);
        await response.Body.FlushAsync(gone);
    }
}
