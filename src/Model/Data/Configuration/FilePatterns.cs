using System.Globalization;
using System.Text.RegularExpressions;

namespace MmiGrains.Model.Data.Configuration;

/// <summary>Files by patterns: * and ? within a name, ** for any folders, {0..12} or {00..12} for numbers, {a,b} for either.</summary>
internal static partial class FilePatterns
{
    private const int MostFiles = 1_000_000;

    /// <summary>The files, each once, in the order of patterns and, within one, of names.</summary>
    /// <exception cref="DataException">A pattern fits no file, or a file that is named does not exist.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> patterns, string folder, string place)
    {
        var files = new List<string>();
        foreach (var path in patterns.SelectMany(pattern => Braces(pattern, place)))
        {
            var full = Path.GetFullPath(Path.Combine(folder, path));
            if (!path.AsSpan().ContainsAny('*', '?'))
            {
                files.Add(File.Exists(full) ? full : throw new DataException($"{place}: the file '{full}' does not exist."));
                continue;
            }

            var found = Find(full);
            files.AddRange(found.Count > 0 ? found : throw new DataException($"{place}: no file fits '{full}'."));
        }

        return files.Count > 0 ? [.. files.Distinct()] : throw new DataException($"{place}, option 'files': must name at least one file.");
    }

    private static IReadOnlyList<string> Find(string pattern)
    {
        var parts = pattern.Split('/');
        var root = string.Join('/', parts.TakeWhile(part => !part.AsSpan().ContainsAny('*', '?')));
        root = root.Length == 0 ? "/" : root;
        if (!Directory.Exists(root))
        {
            return [];
        }

        var expression = "^" + Regex.Escape(pattern).Replace(@"/\*\*/", "/(.*/)?").Replace(@"\*", "[^/]*").Replace(@"\?", "[^/]") + "$";
        var fits = new Regex(expression, RegexOptions.CultureInvariant);
        var isDeep = pattern[root.Length..].TrimStart('/').Contains('/', StringComparison.Ordinal);
        return
        [
            .. Directory.EnumerateFiles(root, "*", isDeep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
                .Where(file => fits.IsMatch(file)).Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> Braces(string pattern, string place)
    {
        if (Brace().Match(pattern) is not { Success: true } brace)
        {
            return [pattern];
        }

        var (before, after) = (pattern[..brace.Index], pattern[(brace.Index + brace.Length)..]);
        return Choices(brace.Groups[1].Value, pattern, place).SelectMany(choice => Braces(before + choice + after, place));
    }

    private static IEnumerable<string> Choices(string inside, string pattern, string place)
    {
        if (inside.Split("..") is not [var first, var last] || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to))
        {
            return inside.Split(',');
        }

        if (to < from || to - from >= MostFiles)
        {
            throw new DataException($"{place}: the numbers {{{inside}}} of '{pattern}' must go up, over at most {MostFiles}.");
        }

        var digits = first.StartsWith('0') && first.Length > 1 ? first.Length : 1;
        return Enumerable.Range(from, to - from + 1).Select(number => number.ToString($"D{digits}", CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Brace();
}
