using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>
/// The options of one data set. Each is asked for by name, with what holds where it is not given; whatever was given and not asked
/// for is a mistake, and the message lists what there is.
/// </summary>
/// <param name="place">Where they stand, for messages.</param>
/// <param name="given">Their names and values.</param>
public sealed class DatasetOptions(string place, JsonObject given)
{
    private readonly List<string> _asked = [];

    /// <summary>A text.</summary>
    public string Text(string name, string otherwise) => OptionalText(name) ?? otherwise;

    /// <summary>A text, null where it is not given.</summary>
    public string? OptionalText(string name) => Ask(name) is { } value ? AsText(value, name) : null;

    /// <summary>One of several texts.</summary>
    public string Choice(string name, string otherwise, params IReadOnlyList<string> choices)
    {
        var text = Text(name, otherwise);
        return choices.Contains(text) ? text : throw Wrong(name, $"must be one of {string.Join(", ", choices)}; it is '{text}'");
    }

    /// <summary>A list of texts, or one.</summary>
    public IReadOnlyList<string> Texts(string name, params IReadOnlyList<string> otherwise) => Ask(name) switch
    {
        null => otherwise,
        JsonArray list => [.. list.Select(item => AsText(item, name))],
        { } value => [AsText(value, name)],
    };

    /// <summary>A number within bounds.</summary>
    public double Number(string name, double otherwise, double least, double most)
    {
        if (Ask(name) is not { } value)
        {
            return otherwise;
        }

        var number = value.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : throw Wrong(name, $"must be a number; it is {value.ToJsonString()}");
        return number >= least && number <= most ? number : throw Wrong(name, FormattableString.Invariant($"must be {least} to {most}; it is {number}"));
    }

    /// <summary>A whole number within bounds.</summary>
    public int Integer(string name, int otherwise, int least, int most)
    {
        var number = Number(name, otherwise, least, most);
        return double.IsInteger(number) ? (int)number : throw Wrong(name, FormattableString.Invariant($"must be a whole number; it is {number}"));
    }

    /// <summary>True or false.</summary>
    public bool Flag(string name, bool otherwise = false) => Ask(name) switch
    {
        null => otherwise,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        { } value => throw Wrong(name, $"must be true or false; it is {value.ToJsonString()}"),
    };

    /// <summary>Whole numbers by name, none where it is not given.</summary>
    public IReadOnlyDictionary<string, int> Weights(string name, IReadOnlyList<string> names)
    {
        const int most = 1_000_000;
        var weights = new Dictionary<string, int>();
        foreach (var (key, value) in Ask(name) switch { null => [], JsonObject map => map, _ => throw Wrong(name, "must be an object of names and weights") })
        {
            weights[key] = !names.Contains(key) ? throw Wrong(name, $"may name {string.Join(", ", names)}; it names '{key}'")
                : value is JsonValue number && number.TryGetValue<int>(out var weight) && weight is >= 0 and <= most ? weight
                : throw Wrong(name, $"must weigh '{key}' by 0 to {most}; it does by {value?.ToJsonString() ?? "null"}");
        }

        return weights;
    }

    /// <summary>An object, null where it is not given.</summary>
    public JsonObject? OptionalObject(string name) =>
        Ask(name) is { } value ? value as JsonObject ?? throw Wrong(name, $"must be an object; it is {value.ToJsonString()}") : null;

    /// <summary>A list of objects.</summary>
    public IReadOnlyList<JsonObject> Objects(string name) =>
        Ask(name) is JsonArray { Count: > 0 } list ? [.. list.Select(item => item as JsonObject ?? throw Wrong(name, "must hold objects alone"))]
            : throw Wrong(name, "must be a list of at least one object");

    /// <summary>The same options without those asked for so far, for whoever asks for the rest.</summary>
    public DatasetOptions Rest()
    {
        var rest = given.Where(pair => !_asked.Contains(pair.Key)).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()));
        var options = new DatasetOptions(place, new JsonObject(rest));
        options._asked.AddRange(_asked);
        return options;
    }

    /// <summary>Checks that all that was given has been asked for.</summary>
    /// <exception cref="DataException">Something was not; it lists what there is.</exception>
    public void RefuseOthers()
    {
        if (given.Select(pair => pair.Key).FirstOrDefault(name => !_asked.Contains(name)) is { } unknown)
        {
            throw new DataException($"{place}: there is no option '{unknown}'; there are {string.Join(", ", _asked)}.");
        }
    }

    /// <summary>The exception for an option of a wrong value.</summary>
    public DataException Wrong(string name, string rule) => new($"{place}, option '{name}': {rule}.");

    private JsonNode? Ask(string name)
    {
        if (!_asked.Contains(name))
        {
            _asked.Add(name);
        }

        return given[name];
    }

    private string AsText(JsonNode? value, string name) => value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String
        ? scalar.GetValue<string>()
        : throw Wrong(name, $"must be a text; it is {value?.ToJsonString() ?? "null"}");
}
