using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Looks;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Sessions;
using MmiGrains.Silo.Http.Streaming;

namespace MmiGrains.Silo.Http.Looks;

/// <summary><c>/v1/sessions/{id}/turns/{turn}/looked-at</c>: where in which pictures the model looked for a word, or for a picture that it painted.</summary>
internal static class LookEndpoints
{
    /// <summary>The last part of the address.</summary>
    public const string Name = "looked-at";

    public static void MapLooks(this IEndpointRouteBuilder app) => app.MapGet($"/v1/sessions/{{id}}/turns/{{turn}}/{Name}", ReadAsync)
        .Note(EndpointNotes.Conversations, "What the model looked at", "A worker reads the answer once more up to a word, or paints a picture once more, and tells which points "
            + "of the earlier pictures were sampled, with their weights. One of token, part and image is given.")
        .Takes("token", "integer", "A token's index among those of the answer's text.")
        .Takes("part", "integer", "Index of a text among the answer's parts.").Takes("start", "integer", "Its first character that is meant.")
        .Takes("end", "integer", "The one after the last.").Takes("image", "string", "Id of a picture of the answer.")
        .Takes("x", "number", "A column of that picture, 0 to 1.").Takes("y", "number", "A row of it, 0 to 1.").Answers<LookBody>();

    private static async Task<IResult> ReadAsync(HttpContext context, string id, string turn)
    {
        var session = SessionRequest.Session(context, id);
        var query = Query(context.Request, turn);
        try
        {
            var report = await Patience.CallAsync(() => session.LookAsync(query, context.RequestAborted), context.RequestAborted);
            return Results.Json(LookBody.Of(query, report), NativeJson.Default.LookBody);
        }
        catch (InvalidTurnException problem) when (problem.Code == "unknown_turn")
        {
            throw ApiError.NotFound("turn_not_found", $"The session has no turn '{(turn.Length <= 80 ? turn : turn[..80])}'.").ToException();
        }
    }

    private static LookQuery Query(HttpRequest request, string turn)
    {
        string[] given = [.. new[] { "token", "part", "image" }.Where(request.Query.ContainsKey)];
        if (given.Length != 1)
        {
            throw Refuse("token", $"One of token, part and image must be given; {(given.Length == 0 ? "none is" : string.Join(" and ", given) + " are")}.");
        }

        var query = new LookQuery(turn);
        switch (given[0])
        {
            case "token":
                return query with { Token = SessionRequest.Number(request, "token", 0, int.MaxValue, 0) };
            case "part":
                var start = SessionRequest.Number(request, "start", 0, int.MaxValue, 0);
                return query with { Text = new TextStretch(SessionRequest.Number(request, "part", 0, int.MaxValue, 0), start, SessionRequest.Number(request, "end", 1, int.MaxValue, start + 1)) };
            default:
                var image = request.Query["image"].ToString();
                return ImageNames.IsHash(image) ? query with { Picture = image, Place = Place(request) }
                    : throw Refuse("image", $"image must be the id of a picture, 64 hexadecimal digits; it is '{(image.Length <= 40 ? image : image[..40])}'.");
        }
    }

    private static PicturePlace? Place(HttpRequest request)
    {
        var (x, y) = (Coordinate(request, "x"), Coordinate(request, "y"));
        return x is null && y is null ? null : new PicturePlace(
            x ?? throw Refuse("x", "x must be given where y is; it is not."), y ?? throw Refuse("y", "y must be given where x is; it is not."));
    }

    private static float? Coordinate(HttpRequest request, string field)
    {
        var text = request.Query[field].ToString();
        return text.Length == 0 ? null
            : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is >= 0 and <= 1 ? number
            : throw Refuse(field, $"{field} must be 0 to 1; it is '{(text.Length <= 40 ? text : text[..40])}'.");
    }

    private static ApiException Refuse(string field, string sentence) => ApiError.Invalid("invalid_value", field, sentence).ToException();
}
