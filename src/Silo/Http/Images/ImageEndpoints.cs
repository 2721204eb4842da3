using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using MmiGrains.Contracts.Errors;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Reference;
using MmiGrains.Silo.Http.Sessions;

namespace MmiGrains.Silo.Http.Images;

/// <summary><c>/v1/images</c>: pictures are put, read, and read smaller.</summary>
internal static class ImageEndpoints
{
    private const int LeastSide = 16, MostSide = 2048, UsualSide = 256;

    public static void MapImages(this IEndpointRouteBuilder app)
    {
        var images = app.MapGroup("/v1/images");
        images.MapPost("", PutAsync).Note(EndpointNotes.Images, "Upload a picture", "A JPEG, PNG, WebP, GIF or BMP file as the body, or as the one file of a form.")
            .Reads<byte[]>("application/octet-stream", "image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "multipart/form-data")
            .Answers<ImageBody>(StatusCodes.Status201Created);
        images.MapGet("/{id}", ReadAsync).Note(EndpointNotes.Images, "Fetch a picture", "The original bytes.").AnswersFile("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp");
        images.MapGet("/{id}/thumbnail", ThumbnailAsync).Note(EndpointNotes.Images, "Fetch a smaller picture")
            .Takes("side", "integer", $"Pixels of the longer side at most, {LeastSide} to {MostSide}; {UsualSide} where it is not given.").AnswersFile("image/jpeg");
    }

    private static async Task<IResult> PutAsync(HttpContext context, Pictures pictures)
    {
        var info = await pictures.PutAsync(RequestTenant.Of(context), await ImageUpload.ReadAsync(context.Request), context.RequestAborted);
        return Results.Json(ImageBody.Of(info), NativeJson.Default.ImageBody, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> ReadAsync(HttpContext context, Pictures pictures, string id)
    {
        var bytes = await pictures.ReadAsync(Image(context, id), context.RequestAborted);
        return File(context, bytes, MediaTypes.Of(bytes), id);
    }

    private static async Task<IResult> ThumbnailAsync(HttpContext context, Pictures pictures, string id)
    {
        var side = SessionRequest.Number(context.Request, "side", LeastSide, MostSide, UsualSide);
        return File(context, await pictures.ThumbnailAsync(Image(context, id), side, context.RequestAborted), "image/jpeg", $"{id}-{side}");
    }

    private static ImageId Image(HttpContext context, string id) =>
        ImageNames.IsHash(id) ? new ImageId(RequestTenant.Of(context), id) : throw new ImageNotFoundException(id.Length <= 80 ? id : id[..80]);

    // What a hash names never changes. Shown, not run: nothing in it may be a script.
    private static IResult File(HttpContext context, byte[] bytes, string type, string tag)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "private, max-age=31536000, immutable";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return Results.Bytes(bytes, type, entityTag: new EntityTagHeaderValue($"\"{tag}\""));
    }
}
