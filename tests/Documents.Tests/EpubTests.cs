using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace MmiGrains.Documents.Tests;

/// <summary>Books get pictures in their pages; files that are not concerned stay byte for byte.</summary>
public sealed class EpubTests
{
    [Fact]
    public void Only_pages_with_pictures_and_the_list_of_files_change()
    {
        foreach (var isOld in new[] { false, true })
        {
            var book = BookFixture.Make(isOld);
            var document = Document.Read("book.epub", book);
            Assert.Equal(["Bo by night"], document.Blocks.SelectMany(block => block.Markers));
            Assert.Equal([0, 1], document.Blocks.Select(block => block.Part).Distinct());
            var before = BookFixture.Files(book);
            foreach (var block in document.Blocks)
            {
                var written = document.Insert([Fixtures.Picture(block.Number, "fig-7")]);
                var after = BookFixture.Files(written);
                var page = block.Part == 0 ? "OEBPS/text/one.xhtml" : "OEBPS/text/two.xhtml";
                Assert.Equal([.. before.Keys, "OEBPS/illustrations/fig-7.png"], after.Keys);
                Assert.Equal([page, "OEBPS/book.opf"], before.Keys.Where(name => !before[name].SequenceEqual(after[name])).OrderDescending());
                Assert.Equal(Fixtures.Picture(0).Image, after["OEBPS/illustrations/fig-7.png"]);

                var (plain, shown) = (XDocument.Parse(Encoding.UTF8.GetString(before[page])), XDocument.Parse(Encoding.UTF8.GetString(after[page])));
                var figure = Assert.Single(shown.Descendants(), element => (string?)element.Attribute("id") == "illustration-fig-7");
                Assert.Equal(isOld ? "div" : "figure", figure.Name.LocalName);
                Assert.Equal("../illustrations/fig-7.png", (string?)figure.Elements().First().Attribute("src"));
                figure.Remove();
                Assert.True(XNode.DeepEquals(plain, shown));
                Assert.Contains("<opf:item id=\"illustration-fig-7\" href=\"illustrations/fig-7.png\" media-type=\"image/png\"/>", Encoding.UTF8.GetString(after["OEBPS/book.opf"]));
            }
        }
    }

    [Fact]
    public void The_first_file_says_what_it_is_and_is_stored()
    {
        var written = Document.Read("book.epub", BookFixture.Make()).Insert([Fixtures.Picture(1)]);
        using var zip = new ZipArchive(new MemoryStream(written));
        Assert.Equal(("mimetype", zip.Entries[0].Length), (zip.Entries[0].FullName, zip.Entries[0].CompressedLength));
        Assert.Equal("mimetype"u8, written.AsSpan(30, 8));
        Assert.Equal(written, Document.Read("book.epub", BookFixture.Make()).Insert([Fixtures.Picture(1)]));
    }

    [Fact]
    public void A_page_of_it_holds_all_pictures()
    {
        var page = Document.Read("book.epub", BookFixture.Make()).ToPage([Fixtures.Picture(1)]);
        Assert.Contains("<title>Bo&#39;s book</title>", page);
        Assert.Contains($"src=\"data:image/png;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes("not really a picture"))}\"", page);
        Assert.DoesNotContain("../", page);
        Assert.Contains("שלום", page);
    }
}
