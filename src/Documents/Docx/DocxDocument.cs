using System.Text;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MmiGrains.Documents.Html;
using Wp = DocumentFormat.OpenXml.Drawing.Wordprocessing;

namespace MmiGrains.Documents.Docx;

/// <summary>A DOCX file: pictures are new paragraphs between those that are there, which stay as they are.</summary>
internal sealed class DocxDocument : Document
{
    private readonly byte[] _bytes;
    private readonly List<int> _children = []; // of each block its number among the body's elements
    private readonly List<string> _pages = [];

    public DocxDocument(string name, byte[] bytes) : base(DocumentKind.Docx)
    {
        _bytes = bytes;
        try
        {
            using var file = WordprocessingDocument.Open(new MemoryStream(bytes), isEditable: false);
            var (main, body) = BodyOf(file);
            var (blocks, fields, child) = (new List<DocumentBlock>(), 0, -1);
            foreach (var element in body.ChildElements)
            {
                child++;
                fields = Math.Max(fields + FieldsBegun(element), 0);
                if (element is not (Paragraph or Table or SdtBlock))
                {
                    continue;
                }

                var block = BlockOf(element, main, blocks.Count) with { MayBeFollowed = fields == 0 };
                blocks.Add(block);
                _children.Add(child);
                _pages.Add(DocxPage.Of(element, block));
            }

            Blocks = blocks;
        }
        catch (Exception problem) when (problem is OpenXmlPackageException or InvalidDataException or FileFormatException or XmlException or IOException or ArgumentException or InvalidOperationException)
        {
            throw new DocumentException($"'{name}' cannot be read as DOCX: {problem.Message.Split('\n')[0].TrimEnd()}");
        }
    }

    /// <inheritdoc/>
    public override byte[] Insert(IReadOnlyList<PlacedPicture> pictures)
    {
        if (pictures.Count == 0 || Blocks.Count == 0)
        {
            return _bytes;
        }

        var result = new MemoryStream();
        result.Write(_bytes);
        using (var file = WordprocessingDocument.Open(result, isEditable: true, new OpenSettings { AutoSave = false }))
        {
            var (main, body) = BodyOf(file);
            var elements = body.ChildElements.ToArray();
            var number = body.Descendants<Wp.DocProperties>().Max(drawing => drawing.Id?.Value) ?? 0;
            foreach (var group in pictures.GroupBy(PlaceOf))
            {
                OpenXmlElement last = elements[_children[group.Key]];
                foreach (var paragraph in group.SelectMany(picture => DocxPicture.Add(main, picture, ++number)))
                {
                    last = body.InsertAfter(paragraph, last)!;
                }
            }

            main.Document!.Save();
        }

        return result.ToArray();
    }

    /// <inheritdoc/>
    public override string ToPage(IReadOnlyList<PlacedPicture> pictures)
    {
        var after = pictures.ToLookup(PlaceOf);
        var body = new StringBuilder();
        for (var block = 0; block < _pages.Count; block++)
        {
            body.Append(_pages[block]).AppendJoin("", after[block].Select(picture => FigureMarkup.Of(picture, picture.DataAddress) + "\n"));
        }

        return PageTemplate.Wrap(Title, body.ToString());
    }

    private static (MainDocumentPart Main, Body Body) BodyOf(WordprocessingDocument file) =>
        file.MainDocumentPart is { Document.Body: { } body } main ? (main, body) : throw new InvalidDataException("it has no body");

    private static DocumentBlock BlockOf(OpenXmlElement element, MainDocumentPart main, int number)
    {
        var (text, markers) = (DocxText.Of(element), DocxText.MarkersOf(element, main));
        var said = Words.OneLine(Markers.Without(text));
        var level = element is Paragraph paragraph ? DocxText.LevelOf(paragraph, main.StyleDefinitionsPart?.Styles) : 0;
        var kind = level > 0 && said.Length > 0 ? BlockKind.Heading
            : said.Length == 0 ? (markers.Count > 0 ? BlockKind.Marker : BlockKind.Other)
            : element is Table ? BlockKind.Other : BlockKind.Prose;
        return new DocumentBlock(number, kind, kind == BlockKind.Heading ? level : 0, said) { Markers = markers };
    }

    // A field, as a table of contents is, is made anew from time to time: nothing may stand in it.
    private static int FieldsBegun(OpenXmlElement element) => element.Descendants<FieldChar>().Sum(
        field => field.FieldCharType?.Value == FieldCharValues.Begin ? 1 : field.FieldCharType?.Value == FieldCharValues.End ? -1 : 0);
}
