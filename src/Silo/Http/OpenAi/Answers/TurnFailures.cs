using Microsoft.AspNetCore.Http;
using MmiGrains.Contracts.Chat;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.OpenAi.Answers;

/// <summary>What a client is told of an answer that could not be given to its end.</summary>
internal static class TurnFailures
{
    public static ApiError ToError(TurnFailed failed) => failed.Code switch
    {
        "overloaded" or "worker_unavailable" or "deadline_exceeded" or "stream_broken" => ApiError.Unavailable(failed.Code, failed.Message),
        "too_large" or "context_length_exceeded" or "image_not_found" => ApiError.Invalid(failed.Code, "messages", failed.Message),
        _ => new ApiError(StatusCodes.Status500InternalServerError, ErrorTypes.Server, failed.Code, failed.Message),
    };

    /// <summary>An answer that someone else has ended.</summary>
    public static ApiError Cancelled { get; } = ApiError.Unavailable("cancelled", "The answer was ended before it was whole.");
}
