using System.Text;

namespace MmiGrains.Documents.Tests;

/// <summary>Documents with everything that a writer may have put in them, also what is wrong.</summary>
internal static class Fixtures
{
    public const string Markdown = """
        ---
        title: Bo
        ---

        # Bo the star

        Bo is a *star*.[^1] She has `code` and a [link][ref] &amp; more.
        Setext is not here.

        | who | where |
        | --- | ----- |
        | Bo  | left  |
        | Ada | right |

        - one
          - two

            a paragraph in a list

              - three
        - four
        Second heading
        --------------

        > A quotation
        with a lazy line.

        ```html
        <!-- illustrate: this is code -->
        <p>not a paragraph</p>
        ```

            indented code

        <!-- illustrate: Bo and Ada at night -->

        1. first
        2. second

        זה כוכב. هذه نجمة حمراء.

        <div dir="rtl">

        שלום

        </div>

        [^1]: A note
            that goes on.

        [ref]: http://example.org/ "title"

        ## End

        Ada goes home.<!-- illustrate: Ada at home -->
        """;

    public const string BrokenMarkdown = """
        # Broken

        A *word that is **never closed and a [link]( that is not one

        <table>

        <tr><td>x</td></tr>

        after the rows

        </table>

        | a | b |
        |---|
        | 1 | 2 | 3 |

        text after

        ```
        a fence that is never closed

        # not a heading
        """;

    public const string Html = """
        <!DOCTYPE html>
        <html lang="en">
        <head><title>Bo &amp; Ada</title><style>p > b { color: red }</style><script>if (a < b) { document.write("<p>x</p>") }</script></head>
        <body class=x>
        <header><h1>Bo &amp; Ada</h1></header>
        <main>
          <p>Bo is a star.<sup><a href="#n1">1</a></sup>
          <p>Ada is a <b>circle</b>.</p>
          loose text <em>in</em> the main
          <table><tr><td><p>cell</p><td>2<tr><td><table><tr><td>inner</table></table>
          <ul><li>one<ul><li>two</ul><li>three</ul>
          <!-- illustrate: Bo and Ada -->
          <section><h2>Night</h2>
          <pre>
        code &lt;p&gt;
        </pre>
          <blockquote><p>said</p></blockquote>
          <p dir="rtl">שלום <!-- illustrate: a night --> עולם</p>
          <figure><img src="x.png"><figcaption>theirs</figcaption></figure>
          </section>
          <aside><ol><li id="n1">note</li></ol></aside>
        </main>
        </body>
        </html>
        """;

    public const string BrokenHtml = """
        <p>one<p>two</div></span>
        <div><ul><li>x<li>y</div>
        <h2>Open heading<p>text</h2>
        <b>bold<p>over</b>lap</p>
        <a href=x>unquoted & <i>bare
        <p>after
        <table><tr><td>never closed
        """;

    public const string Text = "Bo and Ada\n==========\n\nCHAPTER ONE\n\nBo is a star.\nShe is red.\n\n\nChapter 2\n\nزهرة حمراء.\n\n<!-- illustrate: a red star -->\n\n  - a list\n    - inner\n\nThe end";

    /// <summary>All files of text, with endings of lines and encodings of every kind.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Sources()
    {
        foreach (var (name, text) in new[] { ("a.md", Markdown), ("b.md", BrokenMarkdown), ("c.html", Html), ("d.html", BrokenHtml), ("e.txt", Text), ("empty.md", ""), ("empty.html", ""), ("empty.txt", "") })
        {
            yield return (name, Encoding.UTF8.GetBytes(text));
            yield return (name, Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n")));
            yield return (name, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)]);
            yield return (name, [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(text)]);
            yield return (name, [.. Encoding.UTF8.GetBytes(text), 0xFF, 0xC3, (byte)'\n']);
            yield return (name, Encoding.UTF8.GetBytes(text.TrimEnd() + "\n\n\n"));
        }
    }

    public static PlacedPicture Picture(int after, string id = "fig-1") => new(id, after, [0x89, .. "PNG"u8, 1, 2, 3], 64, 48)
    {
        Alt = "a [red] \"star\" & <more>",
        Caption = "Bo *shines* & is <glad>.",
        Path = "a story/fig-1.png",
    };
}
