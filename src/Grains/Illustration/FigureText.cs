using MmiGrains.Contracts.Illustration;
using MmiGrains.Documents;

namespace MmiGrains.Grains.Illustration;

/// <summary>What the model is told before a picture: the text since the picture before, and what the picture shows.</summary>
internal static class FigureText
{
    /// <summary>The text.</summary>
    /// <param name="blocks">The document's.</param>
    /// <param name="figures">The plan's.</param>
    /// <param name="figure">Which of them.</param>
    /// <param name="mostCharacters">Of the document's text: the end of it, which is nearest.</param>
    public static string Of(IReadOnlyList<DocumentBlock> blocks, IReadOnlyList<PlannedFigure> figures, int figure, int mostCharacters)
    {
        var (first, last) = (figure == 0 ? 0 : figures[figure - 1].After + 1, figures[figure].After);
        var read = blocks.Skip(first).Take(last + 1 - first).Where(block => block.Kind is BlockKind.Heading or BlockKind.Prose && block.Text.Length > 0);
        var (text, shows) = (string.Join('\n', read.Select(block => block.Text)), figures[figure].Shows);

        // A plan's own words are the text's, perhaps cut: they are not said twice.
        var isSaid = text.EndsWith(shows, StringComparison.Ordinal) || (shows.EndsWith('…') && text.Contains(shows[..^1], StringComparison.Ordinal));
        var told = End(text, mostCharacters);
        var all = isSaid && told.Length >= Math.Min(shows.Length, text.Length) ? told : told.Length == 0 ? shows : $"{told}\n{shows}".TrimEnd();
        return all.Length > 0 ? all : figures[figure].Id;
    }

    private static string End(string text, int mostCharacters)
    {
        if (text.Length <= mostCharacters)
        {
            return text;
        }

        var begin = text.Length - mostCharacters;
        var space = text.AsSpan(begin).IndexOfAny(' ', '\n');
        return text[(begin + space + 1)..];
    }
}
