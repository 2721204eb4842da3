using System.IO.Compression;
using System.Text;

namespace MmiGrains.Documents.Tests;

/// <summary>A small book.</summary>
internal static class BookFixture
{
    public const string FirstPage = """
        <?xml version="1.0" encoding="utf-8"?>
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
        <head><title/><link rel="stylesheet" href="../style.css"/></head>
        <body>
          <h1>Bo</h1>
          <p>Bo is a star.<a epub:type="noteref" href="#n1">1</a></p>
          <p><img src="../images/cover%20one.png" alt="cover"/></p>
          <table><tr><td>1</td></tr></table>
          <ul><li>one<ul><li>two</li></ul></li></ul>
          <!-- illustrate: Bo by night -->
          <pre><code>a &lt; b</code></pre>
          <aside epub:type="footnote" id="n1"><p>note</p></aside>
        </body>
        </html>
        """;

    public const string SecondPage = """
        <html xmlns="http://www.w3.org/1999/xhtml"><head><title>2</title></head><body><div><p dir="rtl">שלום</p><p>End.</p></div></body></html>
        """;

    public static byte[] Make(bool isOld = false)
    {
        var result = new MemoryStream();
        using (var zip = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("mimetype", "application/epub+zip", CompressionLevel.NoCompression);
            Add("META-INF/container.xml", """<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>""");
            Add("OEBPS/book.opf", $"""
                <?xml version="1.0"?>
                <opf:package xmlns:opf="http://www.idpf.org/2007/opf" version="{(isOld ? "2.0" : "3.0")}">
                  <opf:metadata><dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">Bo's book</dc:title></opf:metadata>
                  <opf:manifest>
                    <opf:item id="p1" href="text/one.xhtml" media-type="application/xhtml+xml"/>
                    <opf:item id="p2" href="text/two.xhtml" media-type="application/xhtml+xml"/>
                  </opf:manifest>
                  <opf:spine><opf:itemref idref="p1"/><opf:itemref idref="p2"/></opf:spine>
                </opf:package>
                """);
            Add("OEBPS/text/two.xhtml", SecondPage);
            Add("OEBPS/text/one.xhtml", FirstPage);
            Add("OEBPS/style.css", "p { margin: 0 }");
            Add("OEBPS/images/cover one.png", "not really a picture");

            void Add(string name, string text, CompressionLevel level = CompressionLevel.Optimal)
            {
                using var target = zip.CreateEntry(name, level).Open();
                target.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return result.ToArray();
    }

    public static Dictionary<string, byte[]> Files(byte[] book)
    {
        using var zip = new ZipArchive(new MemoryStream(book));
        return zip.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using var source = entry.Open();
            var content = new MemoryStream();
            source.CopyTo(content);
            return content.ToArray();
        });
    }
}
