using System.Globalization;

namespace MmiGrains.Grains.Store;

/// <summary>A server's answer to <c>INFO</c>: names and values.</summary>
internal sealed class StoreInfo
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads lines of the form <c>name:value</c>; others are headings.</summary>
    public static StoreInfo Parse(string? text)
    {
        var info = new StoreInfo();
        foreach (var line in (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != '#' && line.IndexOf(':') is var colon and > 0)
            {
                info._values[line[..colon]] = line[(colon + 1)..];
            }
        }

        return info;
    }

    /// <summary>A value; null where the server does not say.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>A whole number; 0 where the server does not say.</summary>
    public long Number(string name) => long.TryParse(this[name], NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
