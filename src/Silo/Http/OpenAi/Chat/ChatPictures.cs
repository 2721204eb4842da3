using Microsoft.AspNetCore.Http;
using MmiGrains.Contracts.Images;
using MmiGrains.Silo.Http.Access;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.OpenAi.Chat;

/// <summary>Addresses of pictures that were painted.</summary>
/// <param name="pictures">Reads them.</param>
/// <param name="urls">Signs addresses.</param>
internal sealed class ChatPictures(Pictures pictures, SignedUrls urls)
{
    /// <summary>Where a picture may be read without a key.</summary>
    public Task<string> SignedAsync(HttpContext context, ImageId image) => urls.SignAsync(context.Request, ImageNames.Url(image), image.Tenant);

    /// <summary>The picture itself, as an address.</summary>
    public async Task<string> DataAsync(HttpContext context, ImageId image) =>
        $"data:image/png;base64,{Convert.ToBase64String(await pictures.ReadAsync(image, context.RequestAborted))}";

    /// <summary>The picture's bytes in base64.</summary>
    public async Task<string> Base64Async(HttpContext context, ImageId image) => Convert.ToBase64String(await pictures.ReadAsync(image, context.RequestAborted));
}
