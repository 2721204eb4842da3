using System.Text.Json;
using MmiGrains.Silo.Http.Images;
using MmiGrains.Silo.Http.OpenAi.Reading;

namespace MmiGrains.Silo.Http.OpenAi.Files;

/// <summary>Names of uploaded pictures: the picture's own, marked as a file's.</summary>
internal static class FileNames
{
    private const string Mark = "file-";

    /// <summary>A picture's name as a file.</summary>
    public static string Of(string hash) => Mark + hash;

    /// <summary>The picture that a file is; null where it is no name of a file.</summary>
    public static string? FindHash(string name) => name.StartsWith(Mark, StringComparison.Ordinal) && ImageNames.IsHash(name[Mark.Length..]) ? name[Mark.Length..] : null;

    /// <summary>A file in a request.</summary>
    public static InputReference Read(JsonElement value, string path)
    {
        var name = JsonFields.TextOf(value, path, 256);
        return FindHash(name) is { } hash ? new InputReference(hash, path)
            : throw JsonFields.Refuse("invalid_value", path, $"{path} must be the id of an uploaded file; it is '{JsonFields.Shorten(name)}'.");
    }
}
