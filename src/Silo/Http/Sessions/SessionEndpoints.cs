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
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Sessions;

/// <summary><c>/v1/sessions</c>: conversations are begun, listed, read, copied, taken away and forgotten.</summary>
internal static class SessionEndpoints
{
    private const int MostListed = 200;

    public static void MapSessions(this IEndpointRouteBuilder app)
    {
        const string Group = EndpointNotes.Conversations;
        var sessions = app.MapGroup("/v1/sessions");
        sessions.MapPost("", (Delegate)CreateAsync).Note(Group, "Begin a conversation").Answers<NewSessionBody>(StatusCodes.Status201Created);
        sessions.MapGet("", (Delegate)ListAsync).Note(Group, "List conversations", "The one last spoken to comes first.")
            .Takes("limit", "integer", $"1 to {MostListed}; 50 where it is not given.").Takes("before", "string", "The 'next' of the page before.").Answers<SessionListBody>();
        sessions.MapGet("/{id}", ReadAsync).Note(Group, "Read a conversation").Answers<TranscriptBody>();
        sessions.MapDelete("/{id}", DeleteAsync).Note(Group, "Forget a conversation for good").Produces(StatusCodes.Status204NoContent);
        sessions.MapPost("/{id}/fork", ForkAsync).Note(Group, "Go on in a copy", "The copy has all ended turns, or those up to after_turn, or those before before_turn.")
            .Reads<ForkBody>().Answers<NewSessionBody>(StatusCodes.Status201Created);
        sessions.MapGet("/{id}/export", ExportAsync).Note(Group, "Export a conversation", "As HTML it is one file with its pictures.")
            .Takes("format", "string", "json or html; json where it is not given.").Answers<TranscriptBody>();
    }

    private static async Task<IResult> CreateAsync(HttpContext context)
    {
        var id = await NewIdAsync(context);
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

        var fork = await NewIdAsync(context);
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

    private static Task<string> NewIdAsync(HttpContext context)
    {
        var names = context.RequestServices.GetRequiredService<SessionNames>();
        return Patience.CallAsync(() => names.CreateAsync(RequestTenant.Of(context)), context.RequestAborted);
    }

    private static IResult Created(string id) => Results.Json(new NewSessionBody(id), NativeJson.Default.NewSessionBody, statusCode: StatusCodes.Status201Created);
}
