using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>Writes an answer's chunks as the clients read them: lines of data without names, and a last one that says so.</summary>
/// <param name="context">Where to.</param>
internal sealed class ChunkStream(HttpContext context)
{
    /// <summary>Writes an answer; what goes wrong once it has begun is told in it.</summary>
    public async Task GuardAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (OperationCanceledException) when (context.Response.HasStarted && Departure.HasBrokenOff(context))
        {
            await FailAsync(ErrorTable.Leaving);
        }
        catch (Exception problem) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && ErrorTable.Find(problem) is not null)
        {
            await FailAsync(ErrorTable.Of(problem));
        }
    }

    /// <summary>One chunk.</summary>
    public Task WriteAsync<T>(T chunk, JsonTypeInfo<T> type) => SendAsync([.. "data: "u8, .. JsonSerializer.SerializeToUtf8Bytes(chunk, type), .. "\n\n"u8]);

    /// <summary>What went wrong after the answer had begun; nothing follows it.</summary>
    public Task FailAsync(ApiError error) => WriteAsync(ErrorBody.Of(error, context.TraceIdentifier), ErrorJson.Default.ErrorBody);

    /// <summary>A comment, so that nobody on the way takes the connection for dead.</summary>
    public Task BeatAsync() => SendAsync(": still here\n\n"u8.ToArray());

    /// <summary>The end.</summary>
    public Task EndAsync() => SendAsync("data: [DONE]\n\n"u8.ToArray());

    private async Task SendAsync(byte[] bytes)
    {
        var response = context.Response;
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        await response.Body.WriteAsync(bytes, context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
    }
}
