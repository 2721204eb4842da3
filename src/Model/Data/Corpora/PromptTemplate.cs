using System.Text.RegularExpressions;

namespace MmiGrains.Model.Data.Corpora;

/// <summary>
/// A sample's wording: text that is only read, with fields in braces that a row fills: "{image}{question} The answer is: {answer}".
/// Which fields are trained is the corpus's affair, not the template's.
/// </summary>
internal sealed partial class PromptTemplate
{
    private readonly IReadOnlyList<(string Text, bool IsField)> _parts;

    private PromptTemplate(IReadOnlyList<(string Text, bool IsField)> parts) => _parts = parts;

    /// <summary>Whether a field comes after another.</summary>
    public bool HasAfter(string field, string other)
    {
        var names = _parts.Where(part => part.IsField).Select(part => part.Text).ToList();
        return names.IndexOf(other) >= 0 && names.IndexOf(field) > names.IndexOf(other);
    }

    /// <summary>Reads a template.</summary>
    /// <param name="template">Its text.</param>
    /// <param name="fields">The fields there are.</param>
    /// <param name="required">Those of them without which it makes no sense.</param>
    /// <exception cref="DataException">It names another field, or leaves one out that must be there.</exception>
    public static PromptTemplate Parse(string template, IReadOnlyList<string> fields, params IReadOnlyList<string> required)
    {
        var parts = new List<(string, bool)>();
        foreach (var match in Parts().EnumerateMatches(template))
        {
            var part = template.AsSpan(match.Index, match.Length);
            var isField = part[0] == '{';
            var text = (isField ? part[1..^1] : part).ToString();
            if (isField && !fields.Contains(text))
            {
                throw new DataException($"The prompt '{template}' has a field {{{text}}}; there are {string.Join(", ", fields.Select(field => $"{{{field}}}"))}.");
            }

            parts.Add((text, isField));
        }

        foreach (var field in required)
        {
            if (parts.Count(part => part == (field, true)) != 1)
            {
                throw new DataException($"The prompt '{template}' must have {{{field}}} once.");
            }
        }

        return new PromptTemplate(parts);
    }

    /// <summary>Adds the template's text to a sample, each field as <paramref name="fill"/> does it.</summary>
    public void Fill(PieceBuilder pieces, Action<PieceBuilder, string> fill)
    {
        foreach (var (text, isField) in _parts)
        {
            if (isField)
            {
                fill(pieces, text);
            }
            else
            {
                pieces.Text(text, isTrained: false);
            }
        }
    }

    [GeneratedRegex(@"\{\w+\}|[^{]+|\{", RegexOptions.Singleline)]
    private static partial Regex Parts();
}
