using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>Reads a request's body of JSON, whatever is wrong with it being the client's to mend.</summary>
internal static class JsonBody
{
    /// <summary>Bytes of a body at most, where nothing else is said.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>The body.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="type">What it must be; whether unknown fields are refused is its context's to say.</param>
    /// <param name="mostBytes">Limit of its length.</param>
    /// <exception cref="ApiException">It is missing, too large, not JSON, or of another type.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, JsonTypeInfo<T> type, int mostBytes = MostBytes)
        where T : class
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiError(
                StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "unsupported_media_type",
                $"The Content-Type must be application/json; it is '{request.ContentType}'.").ToException();
        }

        var body = await BodyBytes.ReadAsync(request, mostBytes);
        if (body.Length == 0)
        {
            throw ApiError.Invalid("invalid_json", null, "The body must be JSON; it is empty.").ToException();
        }

        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw ApiError.Invalid("invalid_type", null, "The body must be an object; it is null.").ToException();
        }
        catch (JsonException problem)
        {
            throw JsonProblem.Describe(problem, body).ToException();
        }
    }
}
