using System.Text.Json;
using MmiGrains.Silo.Http.Errors;
using MmiGrains.Silo.Http.OpenAi.Files;

namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>Reads <c>messages</c>.</summary>
internal static class MessageReader
{
    private const int MostMessages = 1024, MostParts = 256;

    /// <summary>Characters of all texts at most: what is longer than any model reads is not stored first.</summary>
    public const int MostCharacters = 1 << 17;

    private static readonly string[] Roles = ["user", "assistant", "system", "developer"];

    /// <summary>The messages; none where there are none.</summary>
    /// <exception cref="ApiException">One of them cannot be.</exception>
    public static IReadOnlyList<InputMessage> Read(JsonFields body)
    {
        InputMessage[] messages = [.. body.Objects("messages", MostMessages).Select(ReadMessage)];
        var characters = messages.SelectMany(message => message.Parts).OfType<InputText>().Sum(text => (long)text.Text.Length);
        return characters <= MostCharacters ? messages
            : throw JsonFields.Refuse("context_length_exceeded", "messages", $"messages may have {MostCharacters} characters; they have {characters}.");
    }

    private static InputMessage ReadMessage(JsonFields message)
    {
        message.Ignore("name", "id", "refusal", "images", "parts", "reasoning_content");
        if (message.Find("role") is null)
        {
            throw JsonFields.Refuse("missing_field", message.PathOf("role"), $"{message.PathOf("role")} must be given: one of {string.Join(", ", Roles)}.");
        }

        var role = message.Word("role", Roles) is var given && given == "developer" ? "system" : given;
        var path = message.PathOf("content");
        return message.Find("content") switch
        {
            { ValueKind: JsonValueKind.String } text => new InputMessage(role, Said(role, JsonFields.TextOf(text, path, RequestReader.MostBytes), path), message.Path),
            { ValueKind: JsonValueKind.Array } parts => new InputMessage(
                role, [.. JsonFields.ItemsOf(parts, path, MostParts).SelectMany(part => ReadPart(role, message.Inner(part.Value, part.Path)))], message.Path),
            null when role == "assistant" => new InputMessage(role, [], message.Path), // it had nothing to say
            { } other => throw JsonFields.Refuse("invalid_type", path, $"{path} must be a text or a list of parts; it is {JsonFields.Show(other)}."),
            null => throw JsonFields.Refuse("missing_field", path, $"{path} must be a text or a list of parts; it is not given."),
        };
    }

    private static IEnumerable<InputPart> ReadPart(string role, JsonFields part)
    {
        var path = part.PathOf("type");
        var type = part.Text("type", 100) ?? throw JsonFields.Refuse("missing_field", path, $"{path} must be 'text', 'image_url' or 'file'; it is not given.");
        switch (type)
        {
            case "text" or "input_text" or "output_text":
                var text = part.Text("text", RequestReader.MostBytes)
                    ?? throw JsonFields.Refuse("missing_field", part.PathOf("text"), $"{part.PathOf("text")} must be a text; it is not given.");
                return Said(role, text, part.PathOf("text"));
            case "image_url" or "input_image" when role != "system":
                return [ReadPicture(part)];
            case "file" or "input_file" when role != "system":
                return [ReadFile(part)];
            case "image_url" or "input_image" or "file" or "input_file":
                throw JsonFields.Refuse("invalid_value", path, $"{path} must be 'text' in a message of the role '{role}'; it is '{type}'.");
            default:
                throw JsonFields.Refuse("invalid_value", path, $"{path} must be 'text', 'image_url' or 'file'; it is '{JsonFields.Shorten(type)}'.");
        }
    }

    // An uploaded picture by its name: in an object of its own, as in chats, or beside the type, as newer clients have it.
    private static InputPart ReadFile(JsonFields part)
    {
        if (part.Find("file_id") is { } name)
        {
            return FileNames.Read(name, part.PathOf("file_id"));
        }

        var path = part.PathOf("file");
        var file = part.Find("file") is { } value ? part.Inner(value, path)
            : throw JsonFields.Refuse("missing_field", path, $"{path} must be an object with a file_id; it is not given.");
        file.Ignore("filename");
        return file.Find("file_id") is { } id ? FileNames.Read(id, file.PathOf("file_id"))
            : throw JsonFields.Refuse("missing_field", file.PathOf("file_id"), $"{file.PathOf("file_id")} must be the id of an uploaded file; it is not given.");
    }

    // Both forms are about: an object with a url, and the url itself.
    private static InputPart ReadPicture(JsonFields part)
    {
        if (part.Find("file_id") is { } name)
        {
            return FileNames.Read(name, part.PathOf("file_id"));
        }

        var path = part.PathOf("image_url");
        switch (part.Find("image_url"))
        {
            case { ValueKind: JsonValueKind.String } url:
                return PictureAddress.Read(url, path);
            case { } value:
                var picture = part.Inner(value, path);
                picture.Ignore("detail");
                return picture.Find("url") is { } address ? PictureAddress.Read(address, picture.PathOf("url"))
                    : throw JsonFields.Refuse("missing_field", picture.PathOf("url"), $"{picture.PathOf("url")} must be a data URL or one of this server's; it is not given.");
            default:
                throw JsonFields.Refuse("missing_field", path, $"{path} must be an object with a url; it is not given.");
        }
    }

    // In what an assistant said, our pictures stand as Markdown.
    private static IReadOnlyList<InputPart> Said(string role, string text, string path) =>
        role == "assistant" ? MarkdownPictures.Split(text, path) : text.Length == 0 ? [] : [new InputText(text, path)];
}
