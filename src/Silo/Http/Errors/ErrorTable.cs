using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MmiGrains.Contracts.Errors;
using MmiGrains.Grains.Store;
using MmiGrains.Model.Imaging;
using Orleans.Runtime;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>What a client is told of an exception: of the cluster's own refusals their sentence, of everything else that it was an error.</summary>
internal static class ErrorTable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The refusal that stands for an exception; null for a mistake in the program, which is logged and told without its text.</summary>
    public static ApiError? Find(Exception problem) => problem switch
    {
        ApiException refusal => refusal.Error,
        MmiException refusal => OfCluster(refusal),
        ImageInputException image => OfImage(image.Message),
        JsonException json => JsonProblem.Describe(json, default),
        BadHttpRequestException bad => OfHttp(bad),
        StoreException { IsDiskFull: true } => OfCluster(new StorageFullException()),
        StoreException => ApiError.Unavailable("store_unavailable", "The store does not answer."),
        SiloUnavailableException or OrleansMessageRejectionException or TimeoutException when problem.InnerException is null =>
            ApiError.Unavailable("silo_unavailable", "The part of the cluster that has this did not answer; it is taken over within seconds."),
        LimitExceededException => ApiError.Unavailable("overloaded", "Too many requests wait for this.", Soon),
        _ when problem.InnerException is { } inner => Find(inner) ?? Passing(problem),
        _ => Passing(problem),
    };

    /// <summary>The same, where every exception must be told.</summary>
    public static ApiError Of(Exception problem) => Find(problem) ?? Mistake;

    /// <summary>What is told of an answer that is not whole when its silo leaves.</summary>
    public static ApiError Leaving { get; } = ApiError.Unavailable("silo_leaving", "This silo leaves before the answer is whole; another gives it when it is asked for again.", Soon);

    /// <summary>What is told of a mistake in the program.</summary>
    public static ApiError Mistake { get; } = new(
        StatusCodes.Status500InternalServerError, ErrorTypes.Server, "internal_error", "The request could not be served: an internal error was logged.");

    private static ApiError? Passing(Exception problem) => problem is SiloUnavailableException or OrleansMessageRejectionException or TimeoutException or IOException
        ? ApiError.Unavailable("silo_unavailable", "The part of the cluster that has this did not answer; it is taken over within seconds.")
        : null;

    private static ApiError OfCluster(MmiException problem) => problem switch
    {
        InvalidTurnException turn => ApiError.Invalid(turn.Code, turn.Field, turn.Message),
        InvalidImageException { Code: "image_too_large" or "image_too_many_pixels" } => ApiError.TooLarge(problem.Code, "image", problem.Message),
        InvalidImageException => ApiError.Invalid(problem.Code, "image", problem.Message),
        InvalidJobException { Code: "job_conflict" } => new ApiError(StatusCodes.Status422UnprocessableEntity, ErrorTypes.Conflict, problem.Code, problem.Message) { Param = "idempotency_key" },
        InvalidJobException job => ApiError.Invalid(job.Code, job.Field, job.Message),
        InvalidPromotionException { Code: "promotion_running" or "nothing_earlier" or "model_served" } => new ApiError(StatusCodes.Status409Conflict, ErrorTypes.Conflict, problem.Code, problem.Message),
        InvalidPromotionException => ApiError.Invalid(problem.Code, "folder", problem.Message),
        ImageNotFoundException or SessionNotFoundException or JobNotFoundException => ApiError.NotFound(problem.Code, problem.Message),
        TurnConflictException { Code: "idempotency_conflict" } =>
            new ApiError(StatusCodes.Status422UnprocessableEntity, ErrorTypes.Conflict, problem.Code, problem.Message) { Param = "idempotency_key" },
        TurnConflictException => new ApiError(StatusCodes.Status409Conflict, ErrorTypes.Conflict, problem.Code, problem.Message),
        CapacityExceededException { IsPassing: false } => ApiError.TooLarge(problem.Code, null, problem.Message),
        CapacityExceededException full => ApiError.Unavailable(full.Code, full.Message, full.RetryAfter),
        WorkerUnavailableException => ApiError.Unavailable(problem.Code, problem.Message),
        StorageFullException => new ApiError(StatusCodes.Status507InsufficientStorage, ErrorTypes.Server, problem.Code, problem.Message),
        StreamBrokenException => ApiError.Unavailable(problem.Code, problem.Message, Soon),
        _ => new ApiError(StatusCodes.Status500InternalServerError, ErrorTypes.Server, problem.Code, problem.Message), // the store has lost or damaged something
    };

    /// <summary>What an image decoder says, with a code.</summary>
    public static ApiError OfImage(string message) => message switch
    {
        _ when message.Contains("is empty", StringComparison.Ordinal) => ApiError.Invalid("image_empty", "image", message),
        _ when message.Contains("cut short", StringComparison.Ordinal) => ApiError.Invalid("image_truncated", "image", message),
        _ when message.Contains("known format", StringComparison.Ordinal) =>
            new ApiError(StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "image_format_unknown", message) { Param = "image" },
        _ when message.Contains("length is more than", StringComparison.Ordinal) => ApiError.TooLarge("image_too_large", "image", message),
        _ when message.Contains("to decode:", StringComparison.Ordinal) => ApiError.TooLarge("image_too_costly", "image", message),
        _ when message.Contains("more than the limit", StringComparison.Ordinal) => ApiError.TooLarge("image_too_many_pixels", "image", message),
        _ => ApiError.Invalid("image_damaged", "image", message),
    };

    private static ApiError OfHttp(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => ApiError.TooLarge("request_too_large", null, bad.Message),
        StatusCodes.Status415UnsupportedMediaType => new ApiError(bad.StatusCode, ErrorTypes.InvalidRequest, "unsupported_media_type", bad.Message),
        StatusCodes.Status408RequestTimeout => new ApiError(bad.StatusCode, ErrorTypes.InvalidRequest, "request_timeout", "The body of the request came too slowly."),
        var status => new ApiError(status is >= 400 and < 500 ? status : StatusCodes.Status400BadRequest, ErrorTypes.InvalidRequest, "bad_request", bad.Message),
    };
}
