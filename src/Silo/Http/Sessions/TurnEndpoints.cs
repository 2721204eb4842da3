using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;
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
        session.MapPost("/turns", SendAsync);
        session.MapPost("/turns/{turn}/cancel", CancelAsync);
        session.MapGet("/events", WatchAsync);
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
