using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>Reads a request's body up to a limit.</summary>
internal static class BodyBytes
{
    /// <summary>The body.</summary>
    /// <exception cref="ApiException">It is longer than the limit.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int mostBytes)
    {
        if (request.ContentLength > mostBytes)
        {
            throw TooLarge(mostBytes, $"it has {request.ContentLength}").ToException();
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null; // counted here, so that the sentence is ours
        }

        var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var piece = new byte[64 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(piece, request.HttpContext.RequestAborted)) > 0)
        {
            if (body.Length + read > mostBytes)
            {
                throw TooLarge(mostBytes, "it has more").ToException();
            }

            body.Write(piece, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static ApiError TooLarge(int mostBytes, string value) => ApiError.TooLarge("request_too_large", null, $"The body may have {mostBytes} bytes; {value}.");
}
