using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using TextRun = DocumentFormat.OpenXml.Wordprocessing.Text;

namespace MmiGrains.Documents.Tests;

/// <summary>A small file of Word.</summary>
internal static class WordFixture
{
    public static byte[] Make()
    {
        var result = new MemoryStream();
        using (var file = WordprocessingDocument.Create(result, WordprocessingDocumentType.Document))
        {
            var main = file.AddMainDocumentPart();
            var styles = main.AddNewPart<StyleDefinitionsPart>();
            styles.Styles = new Styles(new Style(new StyleName { Val = "heading 1" }) { Type = StyleValues.Paragraph, StyleId = "Titre1" }, new Style(new StyleName { Val = "caption" }) { Type = StyleValues.Paragraph, StyleId = "Caption" });
            var notes = main.AddNewPart<FootnotesPart>();
            notes.Footnotes = new Footnotes(new Footnote(Paragraph("A note.")) { Id = 2 });
            var comments = main.AddNewPart<WordprocessingCommentsPart>();
            comments.Comments = new Comments(new Comment(Paragraph("illustrate: Ada at home")) { Id = "0", Author = "x" });
            main.Document = new DocumentFormat.OpenXml.Wordprocessing.Document(new Body(
                new Paragraph(new ParagraphProperties(new ParagraphStyleId { Val = "Titre1" }), Say("Bo")),
                new Paragraph(Say("Bo is a "), new Run(new RunProperties(new Bold()), new TextRun("star")), Say("."), new Run(new FootnoteReference { Id = 2 })),
                new Table(new TableRow(new TableCell(Paragraph("1")), new TableCell(Paragraph("2")))),
                new Paragraph(new ParagraphProperties(new NumberingProperties(new NumberingLevelReference { Val = 1 }, new NumberingId { Val = 1 })), Say("nested item")),
                new Paragraph(new Run(new FieldChar { FieldCharType = FieldCharValues.Begin }), new Run(new FieldCode(" TOC ")), new Run(new FieldChar { FieldCharType = FieldCharValues.Separate }), Say("Contents 1")),
                new Paragraph(Say("Contents 2"), new Run(new FieldChar { FieldCharType = FieldCharValues.End })),
                Paragraph("<!-- illustrate: Bo by night -->"),
                new Paragraph(new ParagraphProperties(new BiDi()), Say("שלום עולם")),
                new Paragraph(),
                new Paragraph(Say("Ada goes home."), new Run(new CommentReference { Id = "0" })),
                new SectionProperties(new PageSize { Width = 11906, Height = 16838 })));
            main.Document.Save();
        }

        return result.ToArray();
    }

    private static Paragraph Paragraph(string text) => new(Say(text));

    private static Run Say(string text) => new(new TextRun(text) { Space = SpaceProcessingModeValues.Preserve });
}
