using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Markdig;

namespace MmiGrains.Documents.Tests;

/// <summary>Markdown, HTML and text get pictures, and every other byte stays.</summary>
public sealed partial class SourceTests
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseYamlFrontMatter().UseAdvancedExtensions().Build();

    [Fact]
    public void A_picture_anywhere_leaves_every_other_byte()
    {
        foreach (var (name, bytes) in Fixtures.Sources())
        {
            var document = Document.Read(name, bytes);
            Assert.Equal(bytes, document.Insert([]));
            for (var block = 0; block < Math.Max(document.Blocks.Count, 1); block++)
            {
                var written = document.Insert([Fixtures.Picture(block)]);
                var front = bytes.AsSpan().CommonPrefixLength(written);
                Assert.True(written.Length > bytes.Length && written.AsSpan().EndsWith(bytes.AsSpan(front)), $"{name}, block {block}");
            }

            var all = document.Insert([.. document.Blocks.Select((block, i) => Fixtures.Picture(block.Number, $"fig-{i + 1}"))]);
            Assert.Equal(document.Blocks.Count, CountOf(all, "a%20story/fig-1.png") + CountOf(all, "(a story/fig-1.png)"));
        }
    }

    [Fact]
    public void Markdown_reads_the_same_beside_the_pictures()
    {
        foreach (var (name, bytes) in Fixtures.Sources().Where(source => source.Name.EndsWith(".md", StringComparison.Ordinal) && source.Bytes is [not (0xFF or 0xEF), ..]))
        {
            var (document, source) = (Document.Read(name, bytes), Encoding.UTF8.GetString(bytes));
            var plain = Rendered(source);
            foreach (var block in document.Blocks)
            {
                var written = Rendered(Encoding.UTF8.GetString(document.Insert([Fixtures.Picture(block.Number)])));
                Assert.Equal(plain, Figures().Replace(written, "", 1));
                Assert.Single(Figures().Matches(written));
            }
        }

        static string Rendered(string source) => Markdig.Markdown.ToHtml(source, Pipeline).Replace("\n", "");
    }

    [Fact]
    public void Html_has_the_same_elements_beside_the_pictures()
    {
        var parser = new HtmlParser();
        foreach (var html in new[] { Fixtures.Html, Fixtures.Html.Replace("\n", "\r\n") })
        {
            var (document, plain) = (Document.Read("a.html", Encoding.UTF8.GetBytes(html)), Tidy(html));
            foreach (var block in document.Blocks)
            {
                var written = Encoding.UTF8.GetString(document.Insert([Fixtures.Picture(block.Number)]));
                Assert.True(parser.ParseDocument(written).QuerySelector("#illustration-fig-1")!.ParentElement!.LocalName is "body" or "main" or "section" or "header", $"block {block}");
                Assert.Equal(plain, Tidy(written));
            }
        }

        string Tidy(string source)
        {
            var parsed = parser.ParseDocument(source);
            parsed.QuerySelector("#illustration-fig-1")?.Remove();
            return Spaces().Replace(parsed.DocumentElement.OuterHtml, "");
        }
    }

    [Fact]
    public void Broken_html_keeps_its_text_and_shows_the_picture()
    {
        var parser = new HtmlParser();
        var plain = parser.ParseDocument(Fixtures.BrokenHtml);
        var document = Document.Read("d.html", Encoding.UTF8.GetBytes(Fixtures.BrokenHtml));
        Assert.InRange(document.Blocks.Count, 6, 20);
        foreach (var block in document.Blocks)
        {
            var parsed = parser.ParseDocument(Encoding.UTF8.GetString(document.Insert([Fixtures.Picture(block.Number)])));
            var figure = parsed.QuerySelector("#illustration-fig-1")!;
            Assert.Null(figure.Closest("table, li, pre"));
            figure.Remove();
            Assert.Equal(Spaces().Replace(plain.Body!.TextContent, ""), Spaces().Replace(parsed.Body!.TextContent, ""));
        }
    }

    [Fact]
    public void Blocks_are_what_readers_see()
    {
        var markdown = Document.Read("a.md", Encoding.UTF8.GetBytes(Fixtures.Markdown));
        Assert.Equal("Bo the star", markdown.Title);
        Assert.Equal(["Bo the star", "End"], Headings(markdown)); // by CommonMark the other goes on with the list
        Assert.Equal(["Bo and Ada at night", "Ada at home"], MarkersOf(markdown));
        Assert.Contains("Bo is a star. She has code and a link & more. Setext is not here.", markdown.Blocks.Select(block => block.Text));

        var html = Document.Read("a.html", Encoding.UTF8.GetBytes(Fixtures.Html));
        Assert.Equal(["Bo & Ada", "Night"], Headings(html));
        Assert.Equal(["Bo and Ada", "a night"], MarkersOf(html));
        Assert.Equal(
            ["Bo is a star.1", "Ada is a circle.", "loose text in the main", "one two three", "said", "שלום עולם"],
            html.Blocks.Where(block => block.Kind == BlockKind.Prose).Select(block => block.Text));

        var text = Document.Read("a.txt", Encoding.UTF8.GetBytes(Fixtures.Text));
        Assert.Equal(["Bo and Ada", "CHAPTER ONE", "Chapter 2"], Headings(text));
        Assert.Equal(["a red star"], MarkersOf(text));
    }

    [Fact]
    public void Pages_hold_their_pictures()
    {
        foreach (var (name, bytes) in Fixtures.Sources().Where(source => source.Bytes.Length > 10))
        {
            var document = Document.Read(name, bytes);
            var page = document.ToPage([Fixtures.Picture(document.Blocks.Count / 2)]);
            Assert.Contains("src=\"data:image/png;base64,iVBORwECAw==\"", page);
        }
    }

    [Fact]
    public void What_is_no_document_is_refused_in_a_sentence()
    {
        Assert.Equal(
            "'a.pdf' is of no format that is read; names of documents end with .md, .markdown, .html, .htm, .xhtml, .txt, .epub, .docx.",
            Assert.Throws<DocumentException>(() => Document.Read("a.pdf", [])).Message);
        Assert.StartsWith("'a.epub' cannot be read as EPUB: ", Assert.Throws<DocumentException>(() => Document.Read("a.epub", "not a zip"u8.ToArray())).Message);
        Assert.StartsWith("'a.docx' cannot be read as DOCX: ", Assert.Throws<DocumentException>(() => Document.Read("a.docx", "not a zip"u8.ToArray())).Message);
    }

    private static IEnumerable<string> Headings(Document document) => document.Blocks.Where(block => block.Kind == BlockKind.Heading).Select(block => block.Text);

    private static IEnumerable<string> MarkersOf(Document document) => document.Blocks.SelectMany(block => block.Markers);

    private static int CountOf(byte[] bytes, string text)
    {
        var encoding = bytes is [0xFF, 0xFE, ..] ? Encoding.Unicode : Encoding.Latin1;
        return encoding.GetString(bytes).Split(text).Length - 1;
    }

    [GeneratedRegex("<p><img src=\"a%20story/fig-1.png\"[^>]*/?>\\s*<em>Bo \\*shines\\* &amp; is &lt;glad&gt;\\.</em></p>\\s*")]
    private static partial Regex Figures();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
