using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MmiGrains.Silo.Http.Errors;

namespace MmiGrains.Silo.Http.OpenAi.Reading;

/// <summary>
/// Reads an object of a request field by field, since what clients send is loose: what is null counts as not given, what nobody reads is ignored or, where that was
/// asked for, refused. Each refusal names the field by its path, the limit and the value.
/// </summary>
internal sealed class JsonFields
{
    private const int MostShown = 40;

    private readonly JsonElement _object;
    private readonly HashSet<string> _read = [];
    private readonly List<JsonFields> _inner = [];

    /// <param name="value">The object.</param>
    /// <param name="path">Its place in the body; empty for the body itself.</param>
    /// <exception cref="ApiException">It is no object.</exception>
    public JsonFields(JsonElement value, string path)
    {
        (_object, Path) = (value, path);
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Refuse("invalid_type", path, $"{(path.Length == 0 ? "The body" : path)} must be an object; it is {Show(value)}.");
        }
    }

    /// <summary>Its place in the body.</summary>
    public string Path { get; }

    /// <summary>A field's place in the body.</summary>
    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>A field; null where it is not given.</summary>
    public JsonElement? Find(string name)
    {
        _read.Add(name);
        return _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    /// <summary>Fields that are taken and change nothing: they are no surprise, even where unknown ones are.</summary>
    public void Ignore(params string[] names) => _read.UnionWith(names);

    /// <summary>A text; null where it is not given.</summary>
    public string? Text(string name, int mostCharacters) => Find(name) is { } value ? TextOf(value, PathOf(name), mostCharacters) : null;

    /// <summary>One of some words; the first where it is not given.</summary>
    public string Word(string name, params string[] words)
    {
        var word = Text(name, 100) ?? words[0];
        return words.Contains(word) ? word
            : throw Refuse("invalid_value", PathOf(name), $"{PathOf(name)} must be {string.Join(" or ", words.Select(one => $"'{one}'"))}; it is '{Shorten(word)}'.");
    }

    /// <summary>A whole number; null where it is not given.</summary>
    public long? Whole(string name, long least, long most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
            : throw Refuse("invalid_value", PathOf(name), $"{PathOf(name)} must be a whole number from {least} to {most}; it is {Show(value)}.");
    }

    /// <summary>A number; null where it is not given.</summary>
    public double? Number(string name, double least, double most)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most ? number
            : throw Refuse("invalid_value", PathOf(name), $"{PathOf(name)} must be a number from {least} to {most}; it is {Show(value)}.");
    }

    /// <summary>True or false; false where it is not given.</summary>
    public bool Flag(string name) => Find(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Refuse("invalid_type", PathOf(name), $"{PathOf(name)} must be true or false; it is {Show(value)}."),
    };

    /// <summary>An object; null where it is not given.</summary>
    public JsonFields? Object(string name) => Find(name) is { } value ? Inner(value, PathOf(name)) : null;

    /// <summary>The objects of a list; none where it is not given.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, int most) => [.. Items(name, most).Select(item => Inner(item.Value, item.Path))];

    /// <summary>The values of a list; none where it is not given.</summary>
    public IReadOnlyList<(JsonElement Value, string Path)> Items(string name, int most) =>
        Find(name) is { } value ? ItemsOf(value, PathOf(name), most) : [];

    /// <summary>An object within this one.</summary>
    public JsonFields Inner(JsonElement value, string path)
    {
        var inner = new JsonFields(value, path);
        _inner.Add(inner);
        return inner;
    }

    /// <summary>Refuses what nobody has read.</summary>
    /// <exception cref="ApiException">There is such a field, here or within.</exception>
    public void RequireAllRead()
    {
        if (_object.EnumerateObject().Select(field => field.Name).FirstOrDefault(name => !_read.Contains(name)) is { } unknown)
        {
            throw Refuse("unknown_field", PathOf(unknown), $"There is no field '{Shorten(PathOf(unknown))}' here.");
        }

        _inner.ForEach(inner => inner.RequireAllRead());
    }

    /// <summary>The values of a list.</summary>
    /// <exception cref="ApiException">It is no list, or too long.</exception>
    public static IReadOnlyList<(JsonElement Value, string Path)> ItemsOf(JsonElement value, string path, int most)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Refuse("invalid_type", path, $"{path} must be a list; it is {Show(value)}.");
        }

        return value.GetArrayLength() is var count && count > most
            ? throw Refuse("invalid_value", path, $"{path} may have {most} items; it has {count}.")
            : [.. value.EnumerateArray().Select((item, i) => (item, $"{path}[{i}]"))];
    }

    /// <summary>A text.</summary>
    /// <exception cref="ApiException">It is no text, too long, or holds the character NUL.</exception>
    public static string TextOf(JsonElement value, string path, int mostCharacters)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw Refuse("invalid_type", path, $"{path} must be a text; it is {Show(value)}.");
        }

        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException) // half of a pair of surrogates, or bytes that are not UTF-8
        {
            throw Refuse("invalid_text", path, $"{path} must be valid Unicode; it is {Show(value)}.");
        }

        if (text.Length > mostCharacters)
        {
            throw Refuse("invalid_value", path, $"{path} may have {mostCharacters} characters; it has {text.Length}.");
        }

        return text.IndexOf('\0', StringComparison.Ordinal) is var nul and >= 0
            ? throw Refuse("invalid_text", path, $"{path} must not hold the character NUL; it does at {nul}.")
            : text;
    }

    /// <summary>A value as a sentence may show it.</summary>
    public static string Show(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
        {
            return value.ValueKind == JsonValueKind.Object ? "an object" : "a list";
        }

        var raw = JsonMarshal.GetRawUtf8Value(value);
        return Printable(Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, MostShown)])) + (raw.Length > MostShown ? "..." : "");
    }

    /// <summary>The beginning of a text, in printable characters.</summary>
    public static string Shorten(string text) => Printable(text.Length <= MostShown ? text : text[..MostShown] + "...");

    /// <summary>Input that cannot be.</summary>
    public static ApiException Refuse(string code, string path, string sentence) => ApiError.Invalid(code, path.Length == 0 ? null : path, sentence).ToException();

    // A sentence is one line, and a valid one.
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
}
