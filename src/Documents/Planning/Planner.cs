using System.Security.Cryptography;
using MmiGrains.Contracts.Illustration;

namespace MmiGrains.Documents.Planning;

/// <summary>Makes a plan of a document: comments in it say where pictures go and what they show; where there are none, a density does.</summary>
public static class Planner
{
    private const int LongestCaption = 120, LongestShown = 300, ShortSection = 150;

    /// <summary>The plan.</summary>
    /// <param name="name">The document's file name.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="document">What was read of them.</param>
    /// <param name="options">Where pictures go.</param>
    public static IllustrationPlan Make(string name, byte[] bytes, Document document, PlanOptions options)
    {
        var places = new List<(int After, string? Asked)>();
        foreach (var (first, count) in Units(document.Blocks, options))
        {
            var blocks = document.Blocks.Skip(first).Take(count).ToArray();
            var asked = blocks.SelectMany(block => block.Markers.Select(marker => (block.Number, (string?)marker))).ToArray();
            if (asked.Length > 0)
            {
                places.AddRange(asked);
            }
            else if (options.Density != Density.Markers && Middle(blocks) is { } middle)
            {
                places.Add((middle, null));
            }
        }

        var figures = new List<PlannedFigure>();
        foreach (var (after, asked) in places)
        {
            figures.Add(Figure(document, figures, after, asked, options));
        }

        return new IllustrationPlan { Document = name, DocumentHash = HashOf(bytes), Figures = figures };
    }

    /// <summary>SHA-256 of bytes: 64 hexadecimal digits.</summary>
    public static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static PlannedFigure Figure(Document document, List<PlannedFigure> before, int after, string? asked, PlanOptions options)
    {
        var near = document.Blocks.Take(after + 1).LastOrDefault(block => block.Kind == BlockKind.Prose && block.Text.Length > 0);
        var shows = asked is { Length: > 0 } ? asked : near is null ? "" : Documents.Words.Cut(near.Text, LongestShown);
        var caption = Documents.Words.Cut(shows.Length > 0 ? FirstSentence(shows) : document.Title, LongestCaption);
        return new PlannedFigure
        {
            Id = $"fig-{before.Count + 1}",
            After = after,
            Near = Documents.Words.Cut(near?.Text ?? "", 60),
            Section = document.Blocks.Take(after + 1).LastOrDefault(block => block.Kind == BlockKind.Heading)?.Text ?? "",
            Shows = shows,
            Caption = caption,
            Alt = Documents.Words.Cut(shows.Length > 0 ? shows : document.Title, 2 * LongestCaption),
            AgreesWith = before is [.., var last] ? [last.Id] : [],
            Seed = options.Seed + before.Count,
        };
    }

    // Runs of blocks that get one picture each.
    private static IEnumerable<(int First, int Count)> Units(IReadOnlyList<DocumentBlock> blocks, PlanOptions options)
    {
        var levels = blocks.Where(block => block.Kind == BlockKind.Heading).GroupBy(block => block.Level).OrderBy(group => group.Key).ToArray();
        var chapter = (levels.FirstOrDefault(group => group.Count() > 1) ?? levels.FirstOrDefault())?.Key ?? 1;
        var (first, words) = (0, 0);
        for (var i = 1; i <= blocks.Count; i++)
        {
            words += blocks[i - 1].Kind == BlockKind.Prose ? blocks[i - 1].WordCount : 0;
            var isEnd = i == blocks.Count || options.Density switch
            {
                Density.Chapter => (blocks[i].Kind == BlockKind.Heading && blocks[i].Level <= chapter) || blocks[i].Part != blocks[i - 1].Part,
                Density.Section => blocks[i].Kind == BlockKind.Heading || blocks[i].Part != blocks[i - 1].Part,
                Density.Words => words >= options.Words,
                _ => false,
            };
            if (isEnd)
            {
                yield return (first, i - first);
                (first, words) = (i, 0);
            }
        }
    }

    // After the last paragraph of a short run, else after the one in its middle; null where there is nothing to read.
    private static int? Middle(IReadOnlyList<DocumentBlock> blocks)
    {
        var prose = blocks.Where(block => block.Kind == BlockKind.Prose && block.Text.Length > 0 && block.MayBeFollowed).ToArray();
        var (total, words) = (prose.Sum(block => block.WordCount), 0);
        return prose.Length == 0 ? null
            : total <= ShortSection ? prose[^1].Number
            : prose.First(block => (words += block.WordCount) * 2 >= total).Number;
    }

    private static string FirstSentence(string text)
    {
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (text[i] is '.' or '!' or '?' or '。' or '؟' && char.IsWhiteSpace(text[i + 1]))
            {
                return text[..(i + 1)];
            }
        }

        return text;
    }
}
