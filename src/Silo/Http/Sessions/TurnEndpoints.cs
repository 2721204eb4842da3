using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary><c>/v1/sessions/{id}/turns</c> and <c>events</c>: something is said, and the answer comes as a stream that can be begun again anywhere.</summary>
internal static class TurnEndpoints
{
    private const string KeyHeader = "Idempotency-Key";
    private const string TurnHeader = "X-Turn-Id";

    public static void MapTurns(this IEndpointRouteBuilder app)
    {
        var session = app.MapGroup("/v1/sessions/{id}");
        session.MapPost("/turns", SendAsync).Note(EndpointNotes.Conversations, "Say something", "The answer is a stream of server-sent events: accepted, text, image_started, "
            + "image_progress, image_completed, and at last completed, cancelled or failed. The turn goes on though its listener goes away.")
            .TakesHeader(KeyHeader, "The same key with the same content is the same turn.").Reads<NewTurnBody>().AnswersFile("text/event-stream");
        session.MapPost("/turns/{turn}/cancel", CancelAsync).Note(EndpointNotes.Conversations, "End an answer").Answers<TurnBody>();
        session.MapGet("/events", WatchAsync).Note(EndpointNotes.Conversations, "Watch a conversation", "The events after a number, until nothing is being answered.")
            .TakesHeader("Last-Event-ID", "Number of the last event that is known.").Takes("after", "integer", "The same, where headers cannot be set.")
            .AnswersFile("text/event-stream");
    }

    private static async Task SendAsync(HttpContext context, string id)
    {
        var session = SessionRequest.Session(context, id);
        var known = SessionRequest.LastEvent(context.Request);
        var body = await JsonBody.ReadAsync(context.Request, NativeJson.Default.NewTurnBody);
        var key = context.Request.Headers[KeyHeader].ToString() is { Length: > 0 } given ? given : $"k-{Guid.CreateVersion7():N}";
        var turn = new TurnRequest(key, PartBody.ToSegments(body.Content, RequestTenant.Of(context)), (body.Settings ?? new SettingsBody()).ToSettings());
        var receipt = await Patience.CallAsync(() => session.SendAsync(turn), context.RequestAborted);
        context.Response.Headers[KeyHeader] = key;
        context.Response.Headers[TurnHeader] = receipt.TurnId;
        await SessionStream.WriteAsync(context, session, Math.Max(known, receipt.Sequence - 1), receipt.TurnId);
    }

    private static async Task<IResult> CancelAsync(HttpContext context, string id, string turn)
    {
        var session = SessionRequest.Session(context, id);
        await Patience.CallAsync(() => session.CancelAsync(turn), context.RequestAborted);
        var transcript = await Patience.CallAsync(session.ReadAsync, context.RequestAborted);
        return transcript.Turns.FirstOrDefault(one => one.TurnId == turn) is { } found
            ? Results.Json(TurnBody.Of(found), NativeJson.Default.TurnBody)
            : throw ApiError.NotFound("turn_not_found", $"The session has no turn '{(turn.Length <= 80 ? turn : turn[..80])}'.").ToException();
    }

    private static Task WatchAsync(HttpContext context, string id) =>
        SessionStream.WriteAsync(context, SessionRequest.Session(context, id), SessionRequest.LastEvent(context.Request), turnId: null);
}
