using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.Images;

/// <summary>The file in a request: its whole body, or the one file of a form.</summary>
internal static class ImageUpload
{
    private const int FormOverhead = 64 << 10;

    /// <summary>The file.</summary>
    /// <exception cref="ApiException">It is missing or too large, or there are several.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        if (!request.HasFormContentType)
        {
            var body = await BodyBytes.ReadAsync(request, Pictures.MostBytes);
            return body.Length > 0 ? body.ToArray() : throw ErrorTable.OfImage("The image is empty: it has 0 bytes.").ToException();
        }

        // Read as a whole first, so that a form that is too large is refused in our words and nothing of it lies on disk.
        var whole = await BodyBytes.ReadAsync(request, Pictures.MostBytes + FormOverhead);
        request.Body = new MemoryStream(whole.ToArray(), writable: false);
        var files = (await ReadFormAsync(request)).Files;
        if (files.Count != 1)
        {
            throw ApiError.Invalid("invalid_form", "file", $"The form must have one file; it has {files.Count}.").ToException();
        }

        using var copy = new MemoryStream();
        await files[0].CopyToAsync(copy, request.HttpContext.RequestAborted);
        return copy.Length > 0 ? copy.ToArray() : throw ErrorTable.OfImage("The image is empty: it has 0 bytes.").ToException();
    }

    private static async Task<IFormCollection> ReadFormAsync(HttpRequest request)
    {
        var limits = new FormOptions
        {
            MultipartBodyLengthLimit = Pictures.MostBytes + FormOverhead,
            MemoryBufferThreshold = Pictures.MostBytes + FormOverhead,
            ValueCountLimit = 16,
        };
        try
        {
            return await new FormFeature(request, limits).ReadFormAsync(request.HttpContext.RequestAborted);
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException)
        {
            throw ApiError.Invalid("invalid_form", null, "The form cannot be read: it is damaged, or ends too early.").ToException();
        }
    }
}
