using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Answers;

namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>Reads a request of JSON.</summary>
internal static class RequestReader
{
    /// <summary>A client that wants to know what it sends in vain says so in this header.</summary>
    public const string StrictHeader = "X-Mmi-Strict";

    /// <summary>Bytes of a body at most: pictures come in it, a third larger than they are.</summary>
    public const int MostBytes = 64 << 20;

    private const int MostDepth = 32;

    // What other servers let a request do to their prompts is refused, not ignored: the answer would be another than the client believes.
    private static readonly string[] Refused = ["chat_template", "chat_template_kwargs"];

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Whether unknown fields, and values that change nothing, are refused.</summary>
    public static bool IsStrict(HttpRequest request) => request.Headers[StrictHeader] == "1";

    /// <summary>Reads the body.</summary>
    /// <param name="request">Whose.</param>
    /// <param name="read">Makes of it what is wanted, keeping nothing of the fields themselves.</param>
    /// <exception cref="ApiException">It cannot be read.</exception>
    public static async Task<T> ReadAsync<T>(HttpRequest request, Func<JsonFields, T> read)
    {
        if (!request.HasJsonContentType())
        {
            throw new ApiError(
                StatusCodes.Status415UnsupportedMediaType, ErrorTypes.InvalidRequest, "unsupported_media_type",
                $"The Content-Type must be application/json; it is '{JsonFields.Shorten(request.ContentType ?? "")}'.")
            { Param = "Content-Type" }.ToException();
        }

        var body = await BodyBytes.ReadAsync(request, MostBytes);
        OnceKey.Remember(request, body.Span);
        try
        {
            using var document = JsonDocument.Parse(body, Options);
            var fields = new JsonFields(document.RootElement, "");
            foreach (var name in Refused.Where(name => fields.Find(name) is not null))
            {
                throw JsonFields.Refuse("unknown_field", name, $"There is no field '{name}' here: a request does not change the model's prompt.");
            }

            var result = read(fields);
            if (IsStrict(request))
            {
                fields.RequireAllRead();
            }

            return result;
        }
        catch (JsonException problem)
        {
            throw Describe(problem, body.Length).ToException();
        }
        catch (InvalidOperationException) // a field's name that is not valid Unicode
        {
            throw ApiError.Invalid("invalid_text", null, "The body has a field whose name is not valid Unicode.").ToException();
        }
    }

    private static ApiError Describe(JsonException problem, int length) =>
        length == 0 ? ApiError.Invalid("invalid_json", null, "The body must be JSON; it has 0 bytes.")
        : problem.Message.Contains("maximum configured depth", StringComparison.Ordinal)
            ? ApiError.Invalid("invalid_json", null, $"The body may be {MostDepth} levels deep; it is deeper at line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}.")
        : problem.Message.StartsWith("Duplicate property", StringComparison.Ordinal)
            ? ApiError.Invalid("duplicate_field", null, "The body has an object in which a field is given twice; each may be given once.")
        : ApiError.Invalid("invalid_json", null, $"The body is not valid JSON: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1} of {length}.");
}
