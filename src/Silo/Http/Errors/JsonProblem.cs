using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MmiGrains.Silo.Http.Errors;

/// <summary>What is wrong with a body of JSON, in a sentence that names the field and its value, and no type of the program.</summary>
internal static partial class JsonProblem
{
    private const int MostShown = 40;

    /// <summary>The refusal for what the reader of a body says.</summary>
    /// <param name="problem">What it says.</param>
    /// <param name="body">The body; empty where it is not at hand.</param>
    public static ApiError Describe(JsonException problem, ReadOnlyMemory<byte> body)
    {
        var path = (problem.Path ?? "$").TrimStart('$').TrimStart('.');
        if (problem.InnerException is JsonException || problem.Path is null)
        {
            return ApiError.Invalid("invalid_json", null, $"The body is not valid JSON: line {problem.LineNumber + 1}, byte {problem.BytePositionInLine + 1}.");
        }

        if (UnknownField().Match(problem.Message) is { Success: true } unknown)
        {
            var field = Beside(path, unknown.Groups[1].Value);
            return ApiError.Invalid("unknown_field", field, $"There is no field '{field}' here.");
        }

        if (DuplicateField().Match(problem.Message) is { Success: true } twice)
        {
            var field = Beside(path, twice.Groups[1].Value);
            return ApiError.Invalid("duplicate_field", field, $"The field '{field}' is given twice.");
        }

        if (problem.Message.Contains("missing required", StringComparison.Ordinal))
        {
            var names = MissingFields().Matches(problem.Message[problem.Message.IndexOf("including", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ToArray();
            return ApiError.Invalid("missing_field", names.FirstOrDefault(), $"The body needs {string.Join(" and ", names.Select(name => $"'{name}'"))}.");
        }

        var shown = path.Length == 0 ? "The body" : path;
        var value = ValueAt(problem.Path, body) is { } text ? $"; it is {text}" : "";
        return ApiError.Invalid("invalid_type", path.Length == 0 ? null : path, $"{shown} must be {Wanted(problem)}{value}.");
    }

    // Which of the two messages tells it depends on how the type is read.
    private static string Wanted(JsonException problem)
    {
        var (type, reader) = (ConvertedTo().Match(problem.Message).Groups[1].Value, problem.InnerException?.Message ?? "");
        return (type, reader) switch
        {
            _ when Has(reader, "as a boolean") || Has(type, "System.Boolean") => "true or false",
            _ when Has(reader, "as a string") || Has(reader, "UTF-") || Has(type, "System.String") => "a text of whole characters",
            _ when Has(reader, "Int32") || Has(reader, "Int64") || Has(type, "System.Int") => "a whole number, and not too large",
            _ when Has(reader, "as a number") || Has(reader, "Double") || Has(type, "System.Double") => "a number",
            _ when Has(type, "Collections") || Has(type, "[]") => "an array",
            _ => "an object with the fields that are described",
        };
    }

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.Ordinal);

    private static string Beside(string path, string field) => path.Length == 0 || path.EndsWith(field, StringComparison.Ordinal) ? (path.Length == 0 ? field : path) : $"{path}.{field}";

    private static string? ValueAt(string path, ReadOnlyMemory<byte> body)
    {
        try
        {
            var text = Find(JsonNode.Parse(body.Span), path)?.ToJsonString();
            return text is null || text.Length <= MostShown ? text : text[..MostShown] + "...";
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonNode? Find(JsonNode? node, string path) => node?.GetPath() == path ? node : node switch
    {
        JsonObject fields => fields.Select(field => Find(field.Value, path)).FirstOrDefault(found => found is not null),
        JsonArray items => items.Select(item => Find(item, path)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    [GeneratedRegex("property '([^']*)' could not be mapped")]
    private static partial Regex UnknownField();

    [GeneratedRegex("[Dd]uplicate property '([^']*)'")]
    private static partial Regex DuplicateField();

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex MissingFields();

    [GeneratedRegex("could not be converted to ([^ ]*)")]
    private static partial Regex ConvertedTo();
}
