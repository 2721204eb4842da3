using MmiGrains.Contracts.Images;

namespace MmiGrains.Silo.Http.Images;

/// <summary>Images as the interface names them: by their hash, the tenant being the request's.</summary>
internal static class ImageNames
{
    private const int Digits = 64;

    /// <summary>Whether a text can be an image's id.</summary>
    public static bool IsHash(string text) => text.Length == Digits && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Where an image is read.</summary>
    public static string Url(ImageId image) => $"/v1/images/{image.Hash}";
}
