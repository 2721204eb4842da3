using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MmiGrains.Contracts.Chat;
using MmiGrains.Grains.Chat;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary><c>/v1/sessions</c>: conversations are begun, listed, read, copied, taken away and forgotten.</summary>
internal static class SessionEndpoints
{
    private const int MostListed = 200;

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        var sessions = app.MapGroup("/v1/sessions");
        sessions.MapPost("", (Delegate)CreateAsync);
        sessions.MapGet("", (Delegate)ListAsync);
        sessions.MapGet("/{id}", ReadAsync);
        sessions.MapDelete("/{id}", DeleteAsync);
        sessions.MapPost("/{id}/fork", ForkAsync);
        sessions.MapGet("/{id}/export", ExportAsync);
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var id = SessionRequest.NewId();
        var session = SessionRequest.Session(context, id);
        await Patience.CallAsync(session.CreateAsync, context.RequestAborted);
        return Created(id);
    }

    private static async Task<IResult> ListAsync(HttpContext context)
    {
        var count = SessionRequest.Number(context.Request, "limit", 1, MostListed, 50);
        var before = context.Request.Query["before"].ToString();
        DateTimeOffset? time = before.Length == 0 ? null
            : DateTimeOffset.TryParse(before, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var given) ? given
            : throw ApiError.Invalid("invalid_value", "before", $"before must be a time as a list gives it; it is '{(before.Length <= 40 ? before : before[..40])}'.").ToException();
        var found = await context.RequestServices.GetRequiredService<SessionIndex>().ListAsync(RequestTenant.Of(context), time, count);
        var next = found.Count == count ? found[^1].Time.ToString("O", CultureInfo.InvariantCulture) : null;
        return Results.Json(new SessionListBody([.. found.Select(SessionListItem.Of)], next), NativeJson.Default.SessionListBody);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, string id) =>
        Results.Json(TranscriptBody.Of(await TranscriptAsync(context, id)), NativeJson.Default.TranscriptBody);

    private static async Task<IResult> DeleteAsync(HttpContext context, string id)
    {
        var session = SessionRequest.Session(context, id);
        await Patience.CallAsync(session.DeleteAsync, context.RequestAborted);
        return Results.NoContent();
    }

    private static async Task<IResult> ForkAsync(HttpContext context, string id)
    {
        var session = SessionRequest.Session(context, id);
        var wanted = context.Request.ContentLength is null or 0 && !context.Request.HasJsonContentType()
            ? new ForkBody() : await JsonBody.ReadAsync(context.Request, NativeJson.Default.ForkBody);
        if (wanted is { AfterTurn: not null, BeforeTurn: not null })
        {
            throw ApiError.Invalid("invalid_value", "before_turn", "after_turn and before_turn are given; a fork takes one of them.").ToException();
        }

        var last = wanted.AfterTurn;
        if (wanted.BeforeTurn is { } before)
        {
            var turns = (await TranscriptAsync(context, id)).Turns;
            var index = turns.TakeWhile(turn => turn.TurnId != before).Count();
            if (index == turns.Count)
            {
                throw ApiError.Invalid("unknown_turn", "before_turn", $"The session has no turn '{before}'.").ToException();
            }

            if (index == 0)
            {
                return await CreateAsync(context); // nothing is before it
            }

            last = turns[index - 1].TurnId;
        }

        var fork = SessionRequest.NewId();
        await session.ForkAsync(fork, last);
        return Created(fork);
    }

    private static async Task<IResult> ExportAsync(HttpContext context, string id)
    {
        var format = context.Request.Query["format"].ToString();
        if (format is not ("" or "json" or "html"))
        {
            throw ApiError.Invalid("invalid_value", "format", $"format must be json or html; it is '{(format.Length <= 40 ? format : format[..40])}'.").ToException();
        }

        var transcript = await TranscriptAsync(context, id);
        if (format != "html")
        {
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.json\"";
            return Results.Json(TranscriptBody.Of(transcript), NativeJson.Default.TranscriptBody);
        }

        var page = await TranscriptPage.WriteAsync(transcript, context.RequestServices.GetRequiredService<Pictures>(), context.RequestAborted);
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{id}.html\"";
        context.Response.Headers.ContentSecurityPolicy = TranscriptPage.Policy;
        return Results.Text(page, "text/html", Encoding.UTF8);
    }

    private static Task<Transcript> TranscriptAsync(HttpContext context, string id)
    {
        var session = SessionRequest.Session(context, id);
        return Patience.CallAsync(session.ReadAsync, context.RequestAborted);
    }

    private static IResult Created(string id) => Results.Json(new NewSessionBody(id), NativeJson.Default.NewSessionBody, statusCode: StatusCodes.Status201Created);
}
