using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;

namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>Pictures by their address: a data URL, or one of ours. Nothing is fetched: what is elsewhere is refused, whoever asks.</summary>
internal static partial class PictureAddress
{
    /// <summary>The picture of an address.</summary>
    /// <exception cref="ApiException">It is neither, or damaged, or too large.</exception>
    public static InputPart Read(JsonElement value, string path)
    {
        var text = JsonFields.TextOf(value, path, RequestReader.MostBytes);
        if (text.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return Data(text, path);
        }

        return FindOurs(text) is { } hash ? new InputReference(hash, path)
            : throw JsonFields.Refuse(
                "image_url_not_allowed", path, $"{path} must be a data URL or one of this server's '/v1/images/...', since nothing is fetched from elsewhere; it is '{JsonFields.Shorten(text)}'.");
    }

    /// <summary>Of an address of ours the picture's id; null of another. The host is not looked at: it is the tenant's own picture that is meant, by its content.</summary>
    public static string? FindOurs(string text) => Ours().Match(text) is { Success: true } match ? match.Groups["id"].Value : null;

    /// <summary>A picture of base64 digits.</summary>
    /// <exception cref="ApiException">It has others, or too many.</exception>
    public static InputPicture Base64(ReadOnlySpan<char> digits, string path)
    {
        if (digits.Length / 4 * 3L > Pictures.MostBytes + 3)
        {
            throw ApiError.TooLarge("image_too_large", path, $"{path} may be a picture of {Pictures.MostBytes} bytes; it has about {digits.Length / 4 * 3L}.").ToException();
        }

        var bytes = new byte[(digits.Length / 4 * 3) + 3];
        return !Convert.TryFromBase64Chars(digits, bytes, out var count)
            ? throw JsonFields.Refuse("invalid_base64", path, $"{path} must be base64; its {digits.Length} characters are not.")
            : count == 0 ? throw JsonFields.Refuse("image_empty", path, $"{path} must be a picture; it has 0 bytes.")
            : new InputPicture(bytes[..count], path);
    }

    private static InputPicture Data(string text, string path)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return comma > 0 && text[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase)
            ? Base64(text.AsSpan(comma + 1), path)
            : throw JsonFields.Refuse("invalid_data_url", path, $"{path} must have the form 'data:image/png;base64,...'; it is '{JsonFields.Shorten(text)}'.");
    }

    [GeneratedRegex(@"\A(https?://[^/\\\s@?#]+)?/v1/images/(?<id>[0-9a-f]{64})(\?[!-~]*)?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Ours();
}
