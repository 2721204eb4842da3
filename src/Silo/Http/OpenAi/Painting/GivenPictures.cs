using System.Text.Json;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Painting;

/// <summary>The pictures that are to be edited, in the several forms in which clients send them.</summary>
internal static class GivenPictures
{
    private const int MostPictures = 16;

    // A mask is not read by the model: without it the answer would be another than the client believes.
    private const string Mask = "mask";

    /// <summary>Of a body of JSON: <c>image</c>, one or several, or <c>images</c>; each a data URL, an address of ours, or an object with one.</summary>
    /// <exception cref="ApiException">There is none, or one cannot be.</exception>
    public static IReadOnlyList<InputPart> Of(JsonFields body)
    {
        if (body.Find(Mask) is not null)
        {
            throw NoMask();
        }

        var parts = new List<InputPart>();
        foreach (var name in new[] { "image", "images" })
        {
            parts.AddRange(body.Find(name) switch
            {
                null => [],
                { ValueKind: JsonValueKind.Array } list => JsonFields.ItemsOf(list, name, MostPictures).Select(item => Read(body, item.Value, item.Path)),
                { } one => [Read(body, one, name)],
            });
        }

        return Some(parts);
    }

    /// <summary>Of a form: files named <c>image</c> or <c>image[]</c>, as often as there are.</summary>
    /// <exception cref="ApiException">There is none, or a file of another name.</exception>
    public static IReadOnlyList<InputPart> Of(PaintForm form)
    {
        var parts = new List<InputPart>();
        foreach (var (name, _, bytes) in form.Files)
        {
            parts.Add(name switch
            {
                Mask => throw NoMask(),
                "image" or "image[]" or "images" or "images[]" when bytes.Length > Pictures.MostBytes => throw ApiError.TooLarge(
                    "image_too_large", name, $"{name} may have {Pictures.MostBytes} bytes; it has {bytes.Length}.").ToException(),
                "image" or "image[]" or "images" or "images[]" => new InputPicture(bytes, $"image[{parts.Count}]"),
                _ => throw JsonFields.Refuse("unknown_field", name.Length == 0 ? "image" : name, $"A file's field must be 'image' or 'image[]'; it is '{JsonFields.Shorten(name)}'."),
            });
        }

        return Some(parts);
    }

    private static InputPart Read(JsonFields body, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return PictureAddress.Read(value, path);
        }

        var picture = body.Inner(value, path);
        var (url, file) = (picture.Find("image_url"), picture.Find("file_id"));
        return url is { } address ? PictureAddress.Read(address, picture.PathOf("image_url"))
            : file is { } id ? Files.FileNames.Read(id, picture.PathOf("file_id"))
            : throw JsonFields.Refuse("missing_field", path, $"{path} must have an image_url or a file_id; it has neither.");
    }

    private static IReadOnlyList<InputPart> Some(List<InputPart> parts) => parts.Count is > 0 and <= MostPictures ? parts
        : throw JsonFields.Refuse(parts.Count == 0 ? "missing_field" : "too_many_images", "image", $"image must be 1 to {MostPictures} pictures; there are {parts.Count}.");

    private static ApiException NoMask() => JsonFields.Refuse("invalid_value", Mask, "mask must not be given, since the model reads none and the prompt says what is to change; it is given.");
}
