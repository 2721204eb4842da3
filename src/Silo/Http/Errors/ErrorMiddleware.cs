using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using MmiGrains.Silo.Hosting;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>Turns every exception, and every status that has no body, into a refusal that a client can read.</summary>
/// <param name="next">What answers.</param>
/// <param name="logger">Told of mistakes in the program.</param>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    private const int ClientIsGone = 499;

    /// <summary>Answers one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers["X-Request-Id"] = context.TraceIdentifier;
        try
        {
            await next(context);
        }
        catch (Exception problem)
        {
            await TellAsync(context, problem);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            await WriteAsync(context, OfStatus(context));
        }
    }

    /// <summary>Answers with a refusal. The response must not have started.</summary>
    public static async Task WriteAsync(HttpContext context, ApiError error)
    {
        var response = context.Response;
        response.StatusCode = error.Status;
        response.Headers.CacheControl = "no-store";
        if (error.RetryAfter is { } after)
        {
            response.Headers.RetryAfter = $"{Math.Max(1, (int)Math.Ceiling(after.TotalSeconds))}";
        }

        await response.WriteAsJsonAsync(ErrorBody.Of(error, context.TraceIdentifier), ErrorJson.Default.ErrorBody, cancellationToken: context.RequestAborted);
    }

    private async Task TellAsync(HttpContext context, Exception problem)
    {
        if (problem is OperationCanceledException && !context.Response.HasStarted && Departure.HasBrokenOff(context))
        {
            await WriteAsync(context, ErrorTable.Leaving);
            return;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClientIsGone;
            }

            return; // nobody listens
        }

        var error = ErrorTable.Find(problem);
        if (error is null or { Status: >= 500 and not 503 })
        {
            logger.LogError(problem, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
        }

        if (context.Response.HasStarted)
        {
            context.Abort(); // the client must not take what it has for all
            return;
        }

        context.Response.Headers.Remove("Content-Length");
        await WriteAsync(context, error ?? ErrorTable.Mistake);
    }

    private static ApiError OfStatus(HttpContext context)
    {
        var (request, status) = (context.Request, context.Response.StatusCode);
        return status switch
        {
            StatusCodes.Status404NotFound => ApiError.NotFound("unknown_route", $"There is no '{request.Path}' here."),
            StatusCodes.Status405MethodNotAllowed => new ApiError(
                status, ErrorTypes.InvalidRequest, "method_not_allowed", $"'{request.Path}' takes {context.Response.Headers.Allow}; the method is {request.Method}."),
            StatusCodes.Status401Unauthorized => new ApiError(status, ErrorTypes.Authentication, "unauthorized", "The request needs an API key."),
            StatusCodes.Status403Forbidden => new ApiError(status, ErrorTypes.Permission, "forbidden", "The API key does not allow this."),
            StatusCodes.Status415UnsupportedMediaType => new ApiError(
                status, ErrorTypes.InvalidRequest, "unsupported_media_type", $"'{request.Path}' does not take the Content-Type '{request.ContentType}'."),
            >= 500 => new ApiError(status, ErrorTypes.Server, "internal_error", ErrorTable.Mistake.Message),
            _ => new ApiError(status, ErrorTypes.InvalidRequest, "bad_request", $"The request to '{request.Path}' cannot be."),
        };
    }
}
