using System.Text.RegularExpressions;
using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MmiGrains.Documents.Markdown;

/// <summary>A file of Markdown: pictures are put between its blocks in the source, which is not rendered anew.</summary>
internal sealed partial class MarkdownDocument : Document
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseYamlFrontMatter().UseAdvancedExtensions().Build();

    private readonly SourceText _source;
    private readonly int[] _ends;

    public MarkdownDocument(byte[] bytes) : base(DocumentKind.Markdown)
    {
        _source = SourceText.Read(bytes);
        var text = _source.Text[_source.Begin..];
        var found = Markdig.Markdown.Parse(text, Pipeline).Where(MarkdownText.IsShown).OrderBy(block => block.Span.Start).ToArray();
        var (blocks, tables) = (new List<DocumentBlock>(), 0);
        _ends = new int[found.Length];
        foreach (var block in found)
        {
            var source = text[block.Span.Start..Math.Min(block.Span.End + 1, text.Length)];
            tables = block is HtmlBlock ? Math.Max(tables + Tables().Count(source) - TableEnds().Count(source), 0) : tables;
            var markers = MarkersOf(block, text);
            var isMarker = markers.Count > 0 && block is HtmlBlock && string.IsNullOrWhiteSpace(Markers.Without(source));
            _ends[blocks.Count] = _source.LineEnd(block.Span.End + 1 + _source.Begin);
            blocks.Add(new DocumentBlock(
                blocks.Count, isMarker ? BlockKind.Marker : MarkdownText.KindOf(block), (block as HeadingBlock)?.Level ?? 0, MarkdownText.Of(block))
            {
                Markers = markers,
                MayBeFollowed = tables == 0 && IsWhole(block, source),
            });
        }

        Blocks = blocks;
    }

    /// <inheritdoc/>
    public override byte[] Insert(IReadOnlyList<PlacedPicture> pictures) => _source.Insert(Pieces(pictures, picture => picture.Address));

    /// <inheritdoc/>
    public override string ToPage(IReadOnlyList<PlacedPicture> pictures)
    {
        var source = _source.InsertText(Pieces(pictures, picture => picture.DataAddress));
        return PageTemplate.Wrap(Title, Markdig.Markdown.ToHtml(source[_source.Begin..], Pipeline));
    }

    private IEnumerable<(int, string)> Pieces(IEnumerable<PlacedPicture> pictures, Func<PlacedPicture, string> address)
    {
        foreach (var picture in pictures)
        {
            var (end, line) = (_ends.Length == 0 ? _source.Text.Length : _ends[PlaceOf(picture)], _source.NewLine);
            var before = end == _source.Begin || _source.Text[end - 1] == '\n' ? line : line + line;
            var caption = picture.Caption.Length == 0 ? "" : $"{line}*{Escape(picture.Caption)}*";
            yield return (end, $"{before}![{Escape(picture.Alt)}]({address(picture)}){caption}{line}{(_source.IsBlankAt(end) ? "" : line)}");
        }
    }

    // Comments within code are code.
    private static IReadOnlyList<string> MarkersOf(Block block, string text) =>
    [
        .. MarkdownText.PartsOf(block).SelectMany(part => part switch
        {
            HtmlBlock html => Markers.In(text[html.Span.Start..Math.Min(html.Span.End + 1, text.Length)]),
            HtmlInline html => Markers.In(html.Tag),
            _ => [],
        }),
    ];

    // What is never closed goes on to the end of the file: nothing can follow it.
    private static bool IsWhole(Block block, string source) => block switch
    {
        FencedCodeBlock fenced => fenced.ClosingFencedCharCount > 0,
        HtmlBlock { Type: HtmlBlockType.Comment } => source.Contains("-->", StringComparison.Ordinal),
        HtmlBlock { Type: HtmlBlockType.CData } => source.Contains("]]>", StringComparison.Ordinal),
        HtmlBlock { Type: HtmlBlockType.ProcessingInstruction } => source.Contains("?>", StringComparison.Ordinal),
        HtmlBlock { Type: HtmlBlockType.ScriptPreOrStyle } => RawEnds().IsMatch(source),
        _ => true,
    };

    private static string Escape(string text) => Signs().Replace(Words.OneLine(text), @"\$0");

    [GeneratedRegex(@"[\\`*_\[\]<>&!|~$^=]")]
    private static partial Regex Signs();

    [GeneratedRegex(@"<table\b", RegexOptions.IgnoreCase)]
    private static partial Regex Tables();

    [GeneratedRegex(@"</table\b", RegexOptions.IgnoreCase)]
    private static partial Regex TableEnds();

    [GeneratedRegex(@"</(script|pre|style|textarea)>", RegexOptions.IgnoreCase)]
    private static partial Regex RawEnds();
}
