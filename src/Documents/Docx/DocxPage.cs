using System.Net;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Wordprocessing;

namespace MmiGrains.Documents.Docx;

/// <summary>A block of a DOCX file as plain HTML: headings, paragraphs, lists and tables, without their looks.</summary>
internal static class DocxPage
{
    /// <summary>The HTML.</summary>
    public static string Of(OpenXmlElement element, DocumentBlock block) => element switch
    {
        Table table => TableOf(table),
        Paragraph when block.Kind == BlockKind.Heading => $"<h{Math.Min(block.Level, 6)} dir=\"auto\">{Encode(block.Text)}</h{Math.Min(block.Level, 6)}>\n",
        Paragraph paragraph when paragraph.ParagraphProperties?.NumberingProperties is not null => $"<ul><li dir=\"auto\">{Runs(paragraph)}</li></ul>\n",
        Paragraph paragraph => block.Text.Length == 0 ? "" : $"<p dir=\"auto\">{Runs(paragraph)}</p>\n",
        _ => block.Text.Length == 0 ? "" : $"<p dir=\"auto\">{Encode(block.Text)}</p>\n",
    };

    private static string TableOf(Table table)
    {
        var html = new StringBuilder("<table>\n");
        foreach (var row in table.Elements<TableRow>())
        {
            html.Append("<tr>").AppendJoin("", row.Elements<TableCell>().Select(cell => $"<td dir=\"auto\">{Encode(DocxText.Of(cell))}</td>")).Append("</tr>\n");
        }

        return html.Append("</table>\n").ToString();
    }

    private static string Runs(Paragraph paragraph)
    {
        var html = new StringBuilder();
        foreach (var run in paragraph.Descendants<Run>())
        {
            var text = Encode(string.Concat(run.ChildElements.Select(part => part switch
            {
                DocumentFormat.OpenXml.Wordprocessing.Text said => said.Text,
                TabChar or Break => " ",
                _ => "",
            })));
            var (isBold, isItalic) = (run.RunProperties?.Bold is { } bold && bold.Val?.Value != false, run.RunProperties?.Italic is { } italic && italic.Val?.Value != false);
            text = text.Length > 0 && isItalic ? $"<em>{text}</em>" : text;
            html.Append(text.Length > 0 && isBold ? $"<strong>{text}</strong>" : text);
        }

        return Markers.Without(html.ToString());
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
