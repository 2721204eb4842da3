using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using MmiGrains.Documents.Html;

namespace MmiGrains.Documents.Epub;

/// <summary>A book: figures are put into the source of its pages and pictures beside them; every other file stays as it is.</summary>
internal sealed partial class EpubDocument : Document
{
    private const string PictureFolder = "illustrations";

    private readonly IReadOnlyList<EpubEntry> _entries;
    private readonly EpubPackage _package;
    private readonly List<(string Path, SourceText Source)> _pages = [];
    private readonly List<int> _ends = [];

    public EpubDocument(string name, byte[] bytes) : base(DocumentKind.Epub)
    {
        _entries = EpubArchive.Read(name, bytes);
        _package = EpubPackage.Read(name, _entries);
        var (files, blocks) = (_entries.GroupBy(entry => entry.Name).ToDictionary(group => group.Key, group => group.First()), new List<DocumentBlock>());
        foreach (var path in _package.Spine.Distinct().Where(files.ContainsKey))
        {
            var source = SourceText.Read(files[path].Bytes);
            foreach (var (block, end) in HtmlBlocks.Read(source.Text[source.Begin..], isXml: true, blocks.Count, _pages.Count))
            {
                blocks.Add(block);
                _ends.Add(end + source.Begin);
            }

            _pages.Add((path, source));
        }

        Blocks = blocks;
    }

    /// <inheritdoc/>
    public override byte[] Insert(IReadOnlyList<PlacedPicture> pictures)
    {
        var placed = Blocks.Count == 0 ? [] : pictures;
        var changed = new Dictionary<string, byte[]> { [_package.Path] = _package.Insert(placed.Select(picture => (picture.Id, PathOf(picture)))) };
        foreach (var page in placed.GroupBy(picture => Blocks[PlaceOf(picture)].Part))
        {
            var (path, source) = _pages[page.Key];
            changed[path] = source.Insert(Pieces(page, source, picture => EpubPath.Relative(path, PathOf(picture))));
        }

        return EpubArchive.Write(
        [
            .. _entries.Select(entry => placed.Count > 0 && changed.TryGetValue(entry.Name, out var bytes) ? entry with { Bytes = bytes } : entry),
            .. placed.Select(picture => EpubArchive.New(PathOf(picture), picture.Image)),
        ]);
    }

    /// <inheritdoc/>
    public override string ToPage(IReadOnlyList<PlacedPicture> pictures)
    {
        var after = pictures.ToLookup(picture => Blocks.Count == 0 ? 0 : Blocks[PlaceOf(picture)].Part);
        var body = new StringBuilder();
        for (var part = 0; part < _pages.Count; part++)
        {
            var (path, source) = _pages[part];
            var page = BodyOf(source.InsertText(Pieces(after[part], source, picture => picture.DataAddress)));
            body.Append("<section>\n").Append(Addresses().Replace(page, match => Embed(match, path))).Append("\n</section>\n");
        }

        return PageTemplate.Wrap(_package.Title.Length > 0 ? _package.Title : Title, body.ToString());
    }

    private IEnumerable<(int, string)> Pieces(IEnumerable<PlacedPicture> pictures, SourceText source, Func<PlacedPicture, string> address) =>
        pictures.Select(picture => (_ends[PlaceOf(picture)], source.NewLine + FigureMarkup.Of(picture, address(picture), _package.IsOld)));

    private string PathOf(PlacedPicture picture) => _package.Resolve($"{PictureFolder}/{picture.Id}.png");

    private static string BodyOf(string source)
    {
        var tokens = HtmlSource.Read(source, isXml: true);
        var begin = tokens.FirstOrDefault(token => token is { Type: HtmlTokenType.StartTag, Name: "body" });
        var end = tokens.LastOrDefault(token => token is { Type: HtmlTokenType.EndTag, Name: "body" });
        return begin is null ? "" : source[begin.End..(end?.Begin ?? source.Length)];
    }

    // The book's own pictures; what is not in it is left out.
    private string Embed(Match match, string page)
    {
        var address = match.Groups[2].Value;
        if (address.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return match.Value;
        }

        var path = EpubPath.Resolve(page, address);
        var type = Path.GetExtension(path).ToLowerInvariant() switch { ".png" => "image/png", ".jpg" or ".jpeg" => "image/jpeg", ".gif" => "image/gif", ".webp" => "image/webp", ".svg" => "image/svg+xml", _ => null };
        return type is not null && _entries.FirstOrDefault(entry => entry.Name == path) is { } file
            ? $"{match.Groups[1].Value}=\"data:{type};base64,{Convert.ToBase64String(file.Bytes)}\"" : "";
    }

    [GeneratedRegex("\\b(src|xlink:href)=\"([^\"]*)\"", RegexOptions.IgnoreCase)]
    private static partial Regex Addresses();
}
