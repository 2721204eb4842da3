using System.Xml;
using System.Xml.Linq;
using AngleSharp.Html.Parser;
using MmiGrains.Documents.Html;

namespace MmiGrains.Documents.Epub;

/// <summary>A book's list of its files and their order.</summary>
internal sealed class EpubPackage
{
    private const string ContainerPath = "META-INF/container.xml";

    private readonly SourceText _source;

    private EpubPackage(string path, byte[] bytes, string name)
    {
        (Path, _source) = (path, SourceText.Read(bytes));
        var root = Load(bytes, path, name);
        IsOld = ((string?)root.Attribute("version") ?? "2").StartsWith('2');
        var items = root.Descendants().Where(element => element.Name.LocalName == "item")
            .GroupBy(item => (string?)item.Attribute("id") ?? "").ToDictionary(group => group.Key, group => (string?)group.First().Attribute("href") ?? "");
        Spine = [.. root.Descendants().Where(element => element.Name.LocalName == "itemref")
            .Select(reference => items.GetValueOrDefault((string?)reference.Attribute("idref") ?? "", "")).Where(href => href.Length > 0).Select(Resolve)];
        Title = Words.OneLine(root.Descendants().FirstOrDefault(element => element.Name.LocalName == "title")?.Value ?? "");
    }

    /// <summary>Its own path in the archive.</summary>
    public string Path { get; }

    /// <summary>The book's title.</summary>
    public string Title { get; }

    /// <summary>Whether it is of EPUB 2, whose pages know no figures.</summary>
    public bool IsOld { get; }

    /// <summary>Paths of the pages, in reading order.</summary>
    public IReadOnlyList<string> Spine { get; }

    /// <summary>Finds and reads it.</summary>
    /// <exception cref="DocumentException">It is missing or damaged.</exception>
    public static EpubPackage Read(string name, IReadOnlyList<EpubEntry> entries)
    {
        var container = Load(Find(entries, ContainerPath, name).Bytes, ContainerPath, name);
        var path = (string?)container.Descendants().FirstOrDefault(element => element.Name.LocalName == "rootfile")?.Attribute("full-path")
            ?? throw new DocumentException($"'{name}' cannot be read as EPUB: its {ContainerPath} names no package.");
        return new EpubPackage(path, Find(entries, path, name).Bytes, name);
    }

    /// <summary>A path in the archive of an address that the package names.</summary>
    public string Resolve(string href) => EpubPath.Resolve(Path, href);

    /// <summary>The package with pictures on its list.</summary>
    /// <param name="pictures">Their names, and their paths in the archive.</param>
    public byte[] Insert(IEnumerable<(string Id, string Path)> pictures)
    {
        var end = HtmlSource.Read(_source.Text, isXml: true).LastOrDefault(token => token.Type == HtmlTokenType.EndTag && token.Name.Split(':')[^1] == "manifest")
            ?? throw new DocumentException($"The package '{Path}' has no end of its manifest.");
        var prefix = end.Name.Contains(':', StringComparison.Ordinal) ? end.Name.Split(':')[0] + ":" : "";
        return _source.Insert(pictures.Select(picture => (
            end.Begin, $"<{prefix}item id=\"illustration-{picture.Id}\" href=\"{EpubPath.Relative(Path, picture.Path)}\" media-type=\"image/png\"/>{_source.NewLine}")));
    }

    private static EpubEntry Find(IReadOnlyList<EpubEntry> entries, string path, string name) =>
        entries.FirstOrDefault(entry => entry.Name == path) ?? throw new DocumentException($"'{name}' cannot be read as EPUB: it has no '{path}'.");

    private static XElement Load(byte[] bytes, string path, string name)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (XmlException problem)
        {
            throw new DocumentException($"'{name}' cannot be read as EPUB: its '{path}' is not XML ({problem.Message}).");
        }
    }
}
