using Microsoft.AspNetCore.Http;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>A refusal as a client sees it.</summary>
/// <param name="Status">HTTP's number.</param>
/// <param name="Type">The kind, one of <see cref="ErrorTypes"/>.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="Message">One sentence for people; of bad input it names the field, the limit and the value.</param>
internal sealed record ApiError(int Status, string Type, string Code, string Message)
{
    /// <summary>Which field; null where it is none.</summary>
    public string? Param { get; init; }

    /// <summary>When the same request may be granted; null where that does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Input that cannot be: 400.</summary>
    public static ApiError Invalid(string code, string? param, string message) =>
        new(StatusCodes.Status400BadRequest, ErrorTypes.InvalidRequest, code, message) { Param = param };

    /// <summary>Something that is not there, or is another tenant's: 404.</summary>
    public static ApiError NotFound(string code, string message) => new(StatusCodes.Status404NotFound, ErrorTypes.NotFound, code, message);

    /// <summary>More bytes than are taken: 413.</summary>
    public static ApiError TooLarge(string code, string? param, string message) =>
        new(StatusCodes.Status413PayloadTooLarge, ErrorTypes.InvalidRequest, code, message) { Param = param };

    /// <summary>No room, or nobody there, for now: 503.</summary>
    public static ApiError Unavailable(string code, string message, TimeSpan? retryAfter = null) =>
        new(StatusCodes.Status503ServiceUnavailable, ErrorTypes.Overloaded, code, message) { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(2) };

    /// <summary>As an exception, for the middle of a handler.</summary>
    public ApiException ToException() => new(this);
}
