using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;

namespace MmiGrains.Documents.Tests;

/// <summary>Files of Word get paragraphs with pictures; all others, and every other part, stay as they are.</summary>
public sealed class DocxTests
{
    [Fact]
    public void Other_paragraphs_and_parts_stay()
    {
        var source = WordFixture.Make();
        var document = Document.Read("a.docx", source);
        Assert.Equal(["Bo by night", "Ada at home"], document.Blocks.SelectMany(block => block.Markers));
        Assert.Equal(("Bo", 1), (document.Title, document.Blocks[0].Level));
        var (parts, paragraphs) = (PartsOf(source), ParagraphsOf(source));
        foreach (var block in document.Blocks)
        {
            var written = document.Insert([Fixtures.Picture(block.Number, "fig-7")]);
            var (now, after) = (ParagraphsOf(written), PartsOf(written));
            var place = paragraphs.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.Equal(paragraphs, [.. now.Take(place), .. now.Skip(place + 2)]);
            Assert.Contains("<w:drawing>", now[place]);
            Assert.Contains("descr=\"a [red] &quot;star&quot; &amp; &lt;more&gt;\"", now[place]);
            Assert.Contains("Bo *shines* &amp; is &lt;glad&gt;.", now[place + 1]);
            Assert.Equal(block.MayBeFollowed ? block.Number + 1 : 4, place);
            Assert.All(parts, part => Assert.Equal(part.Value, after[part.Key]));
            Assert.Contains(after, part => part.Value.AsSpan().SequenceEqual(Fixtures.Picture(0).Image));
        }
    }

    [Fact]
    public void What_is_written_is_valid()
    {
        var written = Document.Read("a.docx", WordFixture.Make()).Insert([Fixtures.Picture(1), Fixtures.Picture(1, "fig-2"), Fixtures.Picture(9, "fig-3")]);
        using var file = WordprocessingDocument.Open(new MemoryStream(written), isEditable: false);
        var before = Problems(WordprocessingDocument.Open(new MemoryStream(WordFixture.Make()), isEditable: false));
        Assert.Equal(before, Problems(file));
        Assert.Equal(3, file.MainDocumentPart!.ImageParts.Count());
        Assert.Equal(11 + 6, file.MainDocumentPart.Document!.Body!.ChildElements.Count);
    }

    [Fact]
    public void A_page_of_it_has_text_tables_and_pictures()
    {
        var page = Document.Read("a.docx", WordFixture.Make()).ToPage([Fixtures.Picture(1)]);
        Assert.Contains("<h1 dir=\"auto\">Bo</h1>", page);
        Assert.Contains("Bo is a <strong>star</strong>.", page);
        Assert.Contains("<td dir=\"auto\">2</td>", page);
        Assert.Contains("data:image/png;base64,", page);
    }

    private static IEnumerable<string> Problems(WordprocessingDocument file) => new OpenXmlValidator().Validate(file).Select(error => error.Description);

    private static IReadOnlyList<string> ParagraphsOf(byte[] bytes)
    {
        using var file = WordprocessingDocument.Open(new MemoryStream(bytes), isEditable: false);
        return [.. file.MainDocumentPart!.Document!.Body!.ChildElements.Select(element => element.OuterXml)];
    }

    private static Dictionary<string, byte[]> PartsOf(byte[] bytes) => BookFixture.Files(bytes)
        .Where(part => part.Key is not ("[Content_Types].xml" or "word/document.xml" or "word/_rels/document.xml.rels")).ToDictionary();
}
