using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Hosting;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary>A conversation's events as server-sent events. Who goes away ends nothing but the stream; when the silo goes, the stream's last event says where to resume.</summary>
internal static class SessionStream
{
    /// <summary>Streams the events after a number.</summary>
    /// <param name="context">The request.</param>
    /// <param name="session">Whose.</param>
    /// <param name="after">Number of the last event known.</param>
    /// <param name="turnId">Only this turn's, to its end; null for all.</param>
    public static async Task WriteAsync(HttpContext context, IChatSessionGrain session, long after, string? turnId)
    {
        var writer = new EventStreamWriter(context.Response);
        var last = after;
        try
        {
            await context.RequestServices.GetRequiredService<Departure>().StreamAsync(context, writer, () => last, async end =>
            {
                await Beats.ReadAsync(Patience.WatchAsync(session, after, end), TakeAsync, writer.BeatAsync, end);
                await writer.WriteAsync("end", null, new StreamEndBody(last), NativeJson.Default.StreamEndBody);
            });
        }
        catch (Exception problem) when (context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested && ErrorTable.Find(problem) is { } error)
        {
            await writer.WriteAsync("error", null, ErrorBody.Of(error, context.TraceIdentifier), ErrorJson.Default.ErrorBody);
        }

        async Task<bool> TakeAsync(ChatEvent e)
        {
            last = Math.Max(last, e.Sequence);
            if (turnId is not null && e.TurnId != turnId)
            {
                return true;
            }

            var (name, body) = EventBody.Of(e);
            await writer.WriteAsync(name, e.IsDurable ? e.Sequence : null, body, NativeJson.Default.EventBody);
            return turnId is null || !e.EndsTurn;
        }
    }
}
