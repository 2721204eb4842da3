using System.Text.Json.Serialization;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>A refusal's body.</summary>
/// <param name="Error">What is refused, and why.</param>
internal sealed record ErrorBody(ErrorDetail Error)
{
    public static ErrorBody Of(ApiError error, string? requestId) => new(new ErrorDetail(error.Message, error.Type, error.Code, error.Param, requestId));
}

/// <summary>What is refused, and why.</summary>
internal sealed record ErrorDetail(string Message, string Type, string Code, string? Param, string? RequestId);

/// <summary>The body as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class ErrorJson : JsonSerializerContext;
