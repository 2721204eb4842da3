using System.Text.Json;
using System.Text.Json.Serialization;

namespace MmiGrains.Model.Interleaved;

/// <summary><c>config.json</c>: the sizes of a model, beside its weights, with names in snake case.</summary>
public static class ConfigFile
{
    private const long LargestFile = 1 << 20;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private static readonly JsonSerializerOptions Strict = new(Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>Reads and checks a model's configuration. Fields that are left out have the release's values; fields unknown here are ignored.</summary>
    /// <exception cref="ConfigException">The file is missing, too large, not JSON, or describes no model.</exception>
    public static MmInterleavedConfig Read(string path)
    {
        var config = Read<MmInterleavedConfig>(path, "a model's folder holds a config.json", Options);
        ConfigRules.Check(config, $"'{path}'");
        return config;
    }

    /// <summary>Reads a configuration of another kind, in which a field unknown here is a mistake.</summary>
    /// <param name="path">The file.</param>
    /// <param name="hint">What to say where there is no such file.</param>
    /// <exception cref="ConfigException">The file is missing, too large, not JSON, or has an unknown field or a wrong value.</exception>
    public static T ReadStrictly<T>(string path, string hint) => Read<T>(path, hint, Strict);

    /// <summary>Writes a configuration, whole or not at all.</summary>
    public static void Write<T>(string path, T config)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(config, Options) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>A configuration as text, which <see cref="Parse{T}"/> reads.</summary>
    public static string ToText<T>(T config) => JsonSerializer.Serialize(config, Options);

    /// <summary>Reads what <see cref="ToText{T}"/> wrote, or a person; a field unknown here is a mistake.</summary>
    /// <exception cref="ConfigException">It is not JSON, or has an unknown field or a wrong value.</exception>
    public static T Parse<T>(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Strict) ?? throw new ConfigException("null stands where a configuration belongs.");
        }
        catch (JsonException e)
        {
            throw new ConfigException(e.Message.Split(" Path:")[0].TrimEnd('.') + (e.Path is null or "$" ? "." : $": field '{e.Path.TrimStart('$', '.')}'."));
        }
    }

    private static T Read<T>(string path, string hint, JsonSerializerOptions options)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new ConfigException($"'{path}' does not exist; {hint}.");
        }

        if (file.Length > LargestFile)
        {
            throw new ConfigException($"'{path}' has {file.Length} bytes; a configuration has at most {LargestFile}.");
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(path), options)
                ?? throw new ConfigException($"'{path}' holds null where a configuration belongs.");
        }
        catch (JsonException e)
        {
            var where = string.IsNullOrEmpty(e.Path) || e.Path == "$" ? "" : $", field '{e.Path.TrimStart('$', '.')}'";
            var reason = e.InnerException is null || e.Message.Contains("could not be converted", StringComparison.Ordinal)
                ? e.Message.Split(" Path:")[0].TrimEnd('.')
                : e.InnerException.Message.TrimEnd('.');
            throw new ConfigException($"'{path}'{where}: {reason} (line {e.LineNumber + 1}).");
        }
    }
}
