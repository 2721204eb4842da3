using System.Text;
using System.Text.Json;
using MmiGrains.Model.Data.Mixing;

namespace MmiGrains.Model.Data.Rows;

/// <summary>The fields of a row's JSON object; what is not as it should be is a <see cref="RowException"/> that names the field.</summary>
/// <param name="element">An object.</param>
/// <param name="path">What comes before a field's name in messages: "image_info.".</param>
public readonly struct RowFields(JsonElement element, string path = "")
{
    private readonly JsonElement _element = element.ValueKind == JsonValueKind.Object ? element
        : throw new RowException($"{(path.Length == 0 ? "the row" : path.TrimEnd('.'))} is not an object");

    /// <summary>A row's JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="RowException">It is no object.</exception>
    public static RowFields Parse(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
        {
            throw new RowException("the row has no JSON");
        }

        using var document = JsonDocument.Parse(content);
        return new RowFields(document.RootElement.Clone());
    }

    /// <summary>The object itself.</summary>
    public JsonElement Element => _element;

    /// <summary>Whether the field is there and not null.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text that is not only white space.</summary>
    public string Text(string name)
    {
        var text = AsText(Find(name) ?? throw new RowException($"{path}{name} is missing"), $"{path}{name}");
        return string.IsNullOrWhiteSpace(text) ? throw new RowException($"{path}{name} is empty") : text;
    }

    /// <summary>Such a text, or null where the field is missing.</summary>
    public string? OptionalText(string name) => Has(name) ? Text(name) : null;

    /// <summary>A text, or the texts of a list joined by spaces.</summary>
    public string JoinedText(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array })
        {
            return Text(name);
        }

        var text = string.Join(' ', Texts(name));
        return string.IsNullOrWhiteSpace(text) ? throw new RowException($"{path}{name} is empty") : text;
    }

    /// <summary>A text, or one of the texts of a list, as it is drawn.</summary>
    public string OneText(string name, SeededRandom draws)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array })
        {
            return Text(name);
        }

        var texts = Texts(name);
        var text = texts.Count == 0 ? "" : texts[draws.NextInt(texts.Count)];
        return string.IsNullOrWhiteSpace(text) ? throw new RowException($"{path}{name} is empty") : text;
    }

    /// <summary>A text or a number, as text: an identifier.</summary>
    public string Identifier(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : Text(name);

    /// <summary>The texts of a list; they may be empty.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var place = $"{path}{name}";
        return [.. List(name).Select(item => AsText(item, $"an entry of {place}"))];
    }

    /// <summary>A list.</summary>
    public IReadOnlyList<JsonElement> List(string name)
    {
        var list = Find(name) ?? throw new RowException($"{path}{name} is missing");
        return list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : throw new RowException($"{path}{name} is not a list");
    }

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<RowFields> Objects(string name)
    {
        var inner = $"{path}{name}.";
        return [.. List(name).Select(item => new RowFields(item, inner))];
    }

    /// <summary>A list of whole numbers.</summary>
    public IReadOnlyList<long> Integers(string name)
    {
        var place = $"{path}{name}";
        return [.. List(name).Select(item => AsInteger(item, $"an entry of {place}"))];
    }

    /// <summary>A list of numbers.</summary>
    public IReadOnlyList<double> Numbers(string name)
    {
        var place = $"{path}{name}";
        return [.. List(name).Select(item => AsNumber(item, $"an entry of {place}"))];
    }

    /// <summary>A number.</summary>
    public double Number(string name) => AsNumber(Find(name) ?? throw new RowException($"{path}{name} is missing"), $"{path}{name}");

    /// <summary>A whole number.</summary>
    public long Integer(string name) => AsInteger(Find(name) ?? throw new RowException($"{path}{name} is missing"), $"{path}{name}");

    /// <summary>Such a number, or null where the field is missing.</summary>
    public long? OptionalInteger(string name) => Has(name) ? Integer(name) : null;

    internal static double AsNumber(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : throw new RowException($"{place} is not a number");

    internal static string AsText(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw new RowException($"{place} is not a text");
        }

        try
        {
            return value.GetString()!;
        }
        catch (Exception e) when (e is InvalidOperationException or DecoderFallbackException)
        {
            throw new RowException($"{place} has characters that are not Unicode"); // half a surrogate pair, or bytes that are not UTF-8
        }
    }

    private static long AsInteger(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw new RowException($"{place} is not a whole number");

    private JsonElement? Find(string name) =>
        _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
