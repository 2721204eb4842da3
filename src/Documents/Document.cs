using MmiGrains.Documents.Docx;
using MmiGrains.Documents.Epub;
using MmiGrains.Documents.Html;
using MmiGrains.Documents.Markdown;
using MmiGrains.Documents.Text;

namespace MmiGrains.Documents;

/// <summary>A document as a row of blocks, which can be written again with pictures between them and nothing else changed.</summary>
public abstract class Document
{
    /// <summary>Bytes of a document at most.</summary>
    public const int MostBytes = 32 << 20;

    private static readonly Dictionary<string, DocumentKind> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        [".md"] = DocumentKind.Markdown,
        [".markdown"] = DocumentKind.Markdown,
        [".html"] = DocumentKind.Html,
        [".htm"] = DocumentKind.Html,
        [".xhtml"] = DocumentKind.Html,
        [".txt"] = DocumentKind.Text,
        [".epub"] = DocumentKind.Epub,
        [".docx"] = DocumentKind.Docx,
    };

    private protected Document(DocumentKind kind) => Kind = kind;

    /// <summary>Its format.</summary>
    public DocumentKind Kind { get; }

    /// <summary>Its blocks, in order.</summary>
    public IReadOnlyList<DocumentBlock> Blocks { get; private protected init; } = [];

    /// <summary>Its first heading, or the beginning of its text.</summary>
    public string Title
    {
        get
        {
            var first = Blocks.FirstOrDefault(block => block.Kind == BlockKind.Heading) ?? Blocks.FirstOrDefault(block => block.Text.Length > 0);
            return first is null ? "" : Words.Cut(first.Text, 80);
        }
    }

    /// <summary>The endings of names that are read.</summary>
    public static IEnumerable<string> Endings => Kinds.Keys;

    /// <summary>The format that a name tells; null for none that is read.</summary>
    public static DocumentKind? KindOf(string name) => Kinds.TryGetValue(Path.GetExtension(name), out var kind) ? kind : null;

    /// <summary>Reads a document.</summary>
    /// <param name="name">Its file name; the ending tells the format.</param>
    /// <param name="bytes">The file.</param>
    /// <exception cref="DocumentException">It is of no format that is read, too large, or damaged.</exception>
    public static Document Read(string name, byte[] bytes)
    {
        if (bytes.Length > MostBytes)
        {
            throw new DocumentException($"A document may have {MostBytes} bytes; '{name}' has {bytes.Length}.");
        }

        return KindOf(name) switch
        {
            DocumentKind.Markdown => new MarkdownDocument(bytes),
            DocumentKind.Html => new HtmlDocument(bytes, isXml: Path.GetExtension(name).Equals(".xhtml", StringComparison.OrdinalIgnoreCase)),
            DocumentKind.Text => new TextDocument(bytes),
            DocumentKind.Epub => new EpubDocument(name, bytes),
            DocumentKind.Docx => new DocxDocument(name, bytes),
            _ => throw new DocumentException($"'{name}' is of no format that is read; names of documents end with {string.Join(", ", Endings)}."),
        };
    }

    /// <summary>The document with pictures in it. Formats that hold no pictures name the files beside them.</summary>
    /// <param name="pictures">In the document's order.</param>
    public abstract byte[] Insert(IReadOnlyList<PlacedPicture> pictures);

    /// <summary>The document as one HTML file that holds its pictures.</summary>
    /// <param name="pictures">In the document's order.</param>
    public abstract string ToPage(IReadOnlyList<PlacedPicture> pictures);

    /// <summary>The block that a picture can follow: the one that is asked for, or the nearest before it.</summary>
    private protected int PlaceOf(PlacedPicture picture)
    {
        var place = Math.Clamp(picture.After, 0, Math.Max(Blocks.Count - 1, 0));
        while (place > 0 && !Blocks[place].MayBeFollowed)
        {
            place--;
        }

        return place;
    }
}
