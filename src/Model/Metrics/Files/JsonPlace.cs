using System.Text.Json;
using MmiGrains.Model.Data;

namespace MmiGrains.Model.Metrics.Files;

/// <summary>A value in a JSON file and the way to it, for messages.</summary>
/// <param name="Name">File, entries and fields down to here.</param>
/// <param name="Value">The value.</param>
internal readonly record struct JsonPlace(string Name, JsonElement Value)
{
    public bool IsList => Value.ValueKind == JsonValueKind.Array;

    /// <summary>A field that must be there.</summary>
    public JsonPlace this[string field] => Optional(field) ?? throw new DataException($"{Name}: the field '{field}' is missing.");

    /// <summary>A field, or null where it is missing or null.</summary>
    public JsonPlace? Optional(string field)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong("must be an object");
        }

        return Value.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null ? new($"{Name}, field '{field}'", value) : null;
    }

    /// <summary>The entries of a list, counted from 0.</summary>
    public IEnumerable<JsonPlace> Entries()
    {
        var name = Name;
        return IsList ? Value.EnumerateArray().Select((entry, i) => new JsonPlace($"{name}, entry {i}", entry)) : throw Wrong("must be a list");
    }

    public string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("must be a text");

    /// <summary>What names an image or a question: a text, or a whole number as text.</summary>
    public string Id() => Value.ValueKind switch
    {
        JsonValueKind.String => Value.GetString()!,
        JsonValueKind.Number when Value.TryGetInt64(out var number) => $"{number}",
        _ => throw Wrong("must be a whole number or a text"),
    };

    public int Whole() =>
        Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) ? number : throw Wrong("must be a whole number");

    public double Number() => Value.ValueKind == JsonValueKind.Number && Value.TryGetDouble(out var number) && double.IsFinite(number)
        ? number
        : throw Wrong("must be a number");

    /// <summary>What is wrong here.</summary>
    public DataException Wrong(string rule) => new($"{Name}: {rule}.");
}
