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

    /// <summary>Reads and checks a configuration. Fields that are left out have the release's values; fields unknown here are ignored.</summary>
    /// <exception cref="ConfigException">The file is missing, too large, not JSON, or describes no model.</exception>
    public static MmInterleavedConfig Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new ConfigException($"'{path}' does not exist; a model's folder holds a config.json.");
        }

        if (file.Length > LargestFile)
        {
            throw new ConfigException($"'{path}' has {file.Length} bytes; a configuration has at most {LargestFile}.");
        }

        try
        {
            var config = JsonSerializer.Deserialize<MmInterleavedConfig>(File.ReadAllBytes(path), Options)
                ?? throw new ConfigException($"'{path}' holds null where a configuration belongs.");
            ConfigRules.Check(config, $"'{path}'");
            return config;
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

    /// <summary>Writes a configuration, whole or not at all.</summary>
    public static void Write(string path, MmInterleavedConfig config)
    {
        var temporary = path + ".tmp";
        File.WriteAllText(temporary, JsonSerializer.Serialize(config, Options) + "\n");
        File.Move(temporary, path, overwrite: true);
    }
}
