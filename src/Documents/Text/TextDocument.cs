using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MmiGrains.Documents.Text;

/// <summary>Plain text: paragraphs are what empty lines part, and a picture is a line that names its file.</summary>
internal sealed partial class TextDocument : Document
{
    private const int LongestHeading = 80;

    private readonly SourceText _source;
    private readonly List<(int Begin, int End)> _places = [];

    public TextDocument(byte[] bytes) : base(DocumentKind.Text)
    {
        _source = SourceText.Read(bytes);
        var blocks = new List<DocumentBlock>();
        foreach (Match paragraph in Paragraphs().Matches(_source.Text, _source.Begin))
        {
            _places.Add((paragraph.Index, _source.LineEnd(paragraph.Index + paragraph.Length)));
            blocks.Add(BlockOf(blocks.Count, paragraph.Value));
        }

        Blocks = blocks;
    }

    /// <inheritdoc/>
    public override byte[] Insert(IReadOnlyList<PlacedPicture> pictures) => _source.Insert(pictures.Select(picture =>
    {
        var (end, line) = (_places.Count == 0 ? _source.Text.Length : _places[PlaceOf(picture)].End, _source.NewLine);
        var before = end == _source.Begin || _source.Text[end - 1] == '\n' ? line : line + line;
        var said = picture.Caption.Length > 0 ? picture.Caption : picture.Alt;
        return (end, $"{before}[{picture.Id}: {Words.OneLine(said)} ({picture.Path})]{line}{(_source.IsBlankAt(end) ? "" : line)}");
    }));

    /// <inheritdoc/>
    public override string ToPage(IReadOnlyList<PlacedPicture> pictures)
    {
        var after = pictures.ToLookup(PlaceOf);
        var body = new StringBuilder();
        foreach (var block in Blocks)
        {
            var text = WebUtility.HtmlEncode(Markers.Without(_source.Text[_places[block.Number].Begin.._places[block.Number].End]).Trim());
            var tag = block.Kind == BlockKind.Heading ? $"h{block.Level}" : "p";
            body.Append(text.Length == 0 ? "" : $"<{tag} class=\"plain\" dir=\"auto\">{text}</{tag}>\n");
            body.AppendJoin("", after[block.Number].Select(picture => Html.FigureMarkup.Of(picture, picture.DataAddress) + "\n"));
        }

        return PageTemplate.Wrap(Title, body.ToString());
    }

    private static DocumentBlock BlockOf(int number, string source)
    {
        var (markers, text) = (Markers.In(source), Words.OneLine(Markers.Without(source)));
        if (text.Length == 0 && markers.Count > 0)
        {
            return new DocumentBlock(number, BlockKind.Marker, 0, "") { Markers = markers };
        }

        var lines = source.TrimEnd().Split('\n', StringSplitOptions.TrimEntries);
        var level = lines is [var title, var rule] && Rule().IsMatch(rule) && title.Length <= LongestHeading ? (rule[0] == '=' ? 1 : 2)
            : lines.Length > 1 || text.Length > LongestHeading ? 0
            : Chapter().IsMatch(text) ? 1
            : text.Any(char.IsLetter) && !text.Any(char.IsLower) && text.Any(char.IsUpper) ? 2 : 0;
        return new DocumentBlock(number, level > 0 ? BlockKind.Heading : BlockKind.Prose, level, level > 0 && lines.Length == 2 ? Words.OneLine(lines[0]) : text) { Markers = markers };
    }

    [GeneratedRegex(@"[^\s].*(\r?\n[ \t]*[^\s].*)*")]
    private static partial Regex Paragraphs();

    [GeneratedRegex(@"\A(=+|-+)\z")]
    private static partial Regex Rule();

    [GeneratedRegex(@"\A(chapter|part|book|act|scene|section|prologue|epilogue)\b.{0,60}\z|\A[IVXLC0-9]+\.?\z", RegexOptions.IgnoreCase)]
    private static partial Regex Chapter();
}
