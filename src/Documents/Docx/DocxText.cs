using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using TabChar = DocumentFormat.OpenXml.Wordprocessing.TabChar;
using TextRun = DocumentFormat.OpenXml.Wordprocessing.Text;

namespace MmiGrains.Documents.Docx;

/// <summary>What paragraphs of a DOCX file say and are.</summary>
internal static partial class DocxText
{
    /// <summary>The text of an element on one line.</summary>
    public static string Of(OpenXmlElement element)
    {
        var text = new StringBuilder();
        foreach (var part in element.Descendants())
        {
            text.Append(part switch
            {
                TextRun run => run.Text,
                TabChar or Break or CarriageReturn or Paragraph => " ",
                _ => "",
            });
        }

        return Words.OneLine(text.ToString());
    }

    /// <summary>The level of a heading, from 1; 0 for other paragraphs.</summary>
    public static int LevelOf(Paragraph paragraph, Styles? styles)
    {
        if (paragraph.ParagraphProperties?.OutlineLevel?.Val?.Value is { } outline and < 9)
        {
            return outline + 1;
        }

        if (paragraph.ParagraphProperties?.ParagraphStyleId?.Val?.Value is not { } id)
        {
            return 0;
        }

        var style = styles?.Elements<Style>().FirstOrDefault(style => style.StyleId?.Value == id);
        if (style?.StyleParagraphProperties?.OutlineLevel?.Val?.Value is { } level and < 9)
        {
            return level + 1;
        }

        var name = style?.StyleName?.Val?.Value ?? id;
        return Heading().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : name.Equals("title", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
    }

    /// <summary>What an element asks to be shown: by a comment of Word, or by text that is one.</summary>
    public static IReadOnlyList<string> MarkersOf(OpenXmlElement element, MainDocumentPart main)
    {
        var comments = main.WordprocessingCommentsPart?.Comments?.Elements<Comment>().ToLookup(comment => comment.Id?.Value ?? "");
        return
        [
            .. Markers.In(Of(element)),
            .. element.Descendants<CommentReference>().SelectMany(reference => comments?[reference.Id?.Value ?? ""] ?? []).Select(comment => Markers.OfComment(Of(comment))).OfType<string>(),
        ];
    }

    [GeneratedRegex(@"\Aheading\s*([1-9])\z", RegexOptions.IgnoreCase)]
    private static partial Regex Heading();
}
